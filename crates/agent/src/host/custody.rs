//! `import.*`: a custodian's key comes in, sealed to this host, and never comes out.

use data_encoding::HEXLOWER;
use signet_api::remote::{ImportKeyShow, ImportKeyView, ImportSealed, NamedKey, SealedKey};
use signet_api::wire::Empty;
use signet_audit::Verdict;
use signet_core::{Action, Clock, Code, Failure};
use signet_vault::KeyRecord;
use tokio::sync::mpsc::UnboundedSender;

use crate::clock::SystemClock;
use crate::history::make_request_id;
use crate::host::router::{Caller, Place, Serve};
use crate::host::store;
use crate::news::Area;
use crate::usecase::key::{key_name, parse_key_file};

impl Serve<ImportKeyShow> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        _: Empty,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<ImportKeyView, Failure> {
        self.authorise(&caller, Action::KeyImportSealed).await?;
        let public = self.agent.vault.run(|cell| Ok(store::import_key(cell.open()?)?.public())).await?;
        Ok(ImportKeyView { key: HEXLOWER.encode(public.as_bytes()) })
    }
}

impl Serve<ImportSealed> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        request: SealedKey,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<NamedKey, Failure> {
        self.authorise(&caller, Action::KeyImportSealed).await?;
        match self.import_sealed(&caller, request).await {
            Ok(key) => {
                self.agent.keep_anchor_soon();
                self.agent.news.changed(Area::Keys);
                let key = self.agent.learn_age(key).await;
                Ok(NamedKey { id: key.id, name: key.name, client_email: key.client_email.to_string() })
            }
            Err(failure) => {
                self.refuse(&caller, Action::KeyImportSealed, failure.code).await;
                Err(failure)
            }
        }
    }
}

impl Place {
    async fn import_sealed(&self, caller: &Caller, request: SealedKey) -> Result<KeyRecord, Failure> {
        let name = request.name.map(|name| key_name(&name)).transpose()?;
        let unfit = || Failure::new(Code::Usage).what("That key file was not sealed to this host.");
        let sealed = HEXLOWER.decode(request.sealed.as_bytes()).map_err(|_| unfit())?;
        let entries = make_request_id(SystemClock.now())?;
        let (host, device, request) = (*self.host.hash().as_bytes(), caller.guest.device(), request.request);
        let new = self
            .agent
            .vault
            .run(move |cell| {
                let pair = store::import_key(cell.open()?)?;
                let content = pair.open(&host, device, request, &sealed).map_err(|_| unfit())?;
                // Exposed to be parsed; the parts of it that count are sealed again below.
                let new = parse_key_file(content.expose(), name);
                signet_hardening::scrub_stack();
                new
            })
            .await?;
        let target = new.google_key_id.as_str().to_owned();
        let entry = |verdict| {
            let draft = self.draft(&caller.principal, Action::KeyImportSealed, verdict);
            self.append(vec![draft.target(target.clone()).request(entries)], Vec::new())
        };
        // On record before it takes effect: whose device brings which key.
        entry(Verdict::Intent).await?;
        let imported =
            self.agent.vault.run(move |cell| cell.open()?.import_key(new).map_err(|e| e.failure())).await;
        entry(imported.as_ref().map_or_else(|failure| Verdict::Failed(failure.code), |_| Verdict::Done))
            .await?;
        imported
    }
}
