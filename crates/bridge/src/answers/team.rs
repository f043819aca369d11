//! `invite.make`, `join.code`: what is scanned from the screen is drawn here.

use signet_api::wire::{HostChoice, InviteMade, InviteRequest, MemberCodeShown, TotpShown};
use signet_core::Failure;

use super::ceremony::{drawn, modules};
use crate::dispatch::{Answer, Events};
use crate::wire::{PageInviteMade, PageTotp};
use crate::{Bridge, InviteMake, JoinCode};

impl Answer<InviteMake> for Bridge {
    async fn answer(&self, request: InviteRequest, _: Events<InviteMake>) -> Result<PageInviteMade, Failure> {
        let InviteMade { invite, text, link } = self.ask::<signet_api::InviteMake>(&request).await?;
        Ok(PageInviteMade { qr: modules(&link)?, invite, text, link })
    }
}

impl Answer<JoinCode> for Bridge {
    async fn answer(&self, host: HostChoice, _: Events<JoinCode>) -> Result<PageTotp, Failure> {
        let MemberCodeShown { uri, secret } = self.ask::<signet_api::JoinCode>(&host).await?;
        drawn(&TotpShown { uri, secret })
    }
}
