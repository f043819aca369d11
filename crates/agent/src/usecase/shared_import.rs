//! `shared.import`, `shared.confirm-address`: what custodians and auditors do at somebody else's host.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use signet_api::remote::{AuditConfirm, ImportKeyShow, ImportSealed, NamedKey, SealedKey};
use signet_api::wire::{
    ConfirmAddressReply, ConfirmAddressRequest, Empty, SharedConfirmRequest, SharedImportRequest,
    SharedImported,
};
use signet_api::{Never, SharedConfirm, SharedImport};
use signet_core::{Clock, Code, Failure, Principal, Scope};
use signet_crypto::{ImportPublicKey, SecretBytes};

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::history::make_request_id;
use crate::router::{Events, Handle};
use crate::usecase::key::{key_name, parse_key_file, read_whole};

impl Handle<SharedImport> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: SharedImportRequest,
        _: Events<Never>,
    ) -> Result<SharedImported, Failure> {
        let file = self.handles.take(&request.handle)?;
        let name = request.name.map(|name| key_name(&name)).transpose()?;
        let membership = self.memberships.find(&request.host).await?;
        let to = membership.call::<ImportKeyShow>(&Empty {}).await?;
        let to = HEXLOWER.decode(to.key.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        let to = ImportPublicKey::from_bytes(to.ok_or_else(|| Failure::new(Code::HostForked))?);
        let device = signet_team::device_hash(&membership.device_key().await?.public());
        let (host, id) = (*membership.host().as_bytes(), make_request_id(SystemClock.now())?);
        let agent = Arc::clone(&self);
        let sealing = tokio::task::spawn_blocking(move || {
            let content = read_whole(&file)?;
            // A file that is no key is refused here, before anything leaves this machine.
            let client_id = parse_key_file(&content, None)?.client_id;
            let original = agent.originals.remember(&file, &content);
            let content = SecretBytes::from_slice(&content);
            let sealed = to.seal(&host, device, id, &content, &mut signet_crypto::system_rng());
            signet_hardening::scrub_stack();
            Ok::<_, Failure>((
                HEXLOWER.encode(&sealed.map_err(|_| Failure::new(Code::HostForked))?),
                original,
                client_id,
            ))
        });
        let (sealed, original, client_id) = sealing.await.map_err(|_| Failure::new(Code::Internal))??;
        let taken = membership.call::<ImportSealed>(&SealedKey { request: id, name, sealed }).await?;
        let NamedKey { id, name, client_email } = taken;
        let scopes = vec![Scope::GmailSend.as_str().into()];
        Ok(SharedImported { id, name, client_email, client_id, scopes, original })
    }
}

impl Handle<SharedConfirm> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: SharedConfirmRequest,
        _: Events<Never>,
    ) -> Result<ConfirmAddressReply, Failure> {
        let membership = self.memberships.find(&request.host).await?;
        membership.call::<AuditConfirm>(&ConfirmAddressRequest { address: request.address }).await
    }
}
