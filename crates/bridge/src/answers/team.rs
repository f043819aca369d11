//! `invite.make`, `join.code`, `team.at`: what is scanned from the screen is drawn here.

use signet_api::Method;
use signet_api::wire::{
    HostChoice, InviteMade, InviteRequest, MemberCodeShown, TeamAtReply, TeamAtRequest, TotpShown,
};
use signet_core::{Code, Failure};

use super::ceremony::{drawn, modules};
use crate::dispatch::{Answer, Events};
use crate::wire::{PageInviteMade, PageTotp};
use crate::{Bridge, InviteMake, JoinCode, TeamAt, far};

impl Answer<InviteMake> for Bridge {
    async fn answer(&self, request: InviteRequest, _: Events<InviteMake>) -> Result<PageInviteMade, Failure> {
        with_picture(self.ask::<signet_api::InviteMake>(&request).await?)
    }
}

impl Answer<TeamAt> for Bridge {
    async fn answer(&self, request: TeamAtRequest, _: Events<TeamAt>) -> Result<TeamAtReply, Failure> {
        if !far::may(&request.method) {
            return Err(Failure::new(Code::Unsupported).what("A page cannot ask for that."));
        }
        let answered = self.ask::<signet_api::TeamAt>(&request).await?;
        if request.method != InviteMake::NAME {
            return Ok(answered);
        }
        let internal = |_| Failure::new(Code::Internal);
        let made = with_picture(serde_json::from_value(answered.reply).map_err(internal)?)?;
        Ok(TeamAtReply { reply: serde_json::to_value(made).map_err(internal)? })
    }
}

fn with_picture(made: InviteMade) -> Result<PageInviteMade, Failure> {
    let InviteMade { invite, text, link } = made;
    Ok(PageInviteMade { qr: modules(&link)?, invite, text, link })
}

impl Answer<JoinCode> for Bridge {
    async fn answer(&self, host: HostChoice, _: Events<JoinCode>) -> Result<PageTotp, Failure> {
        let MemberCodeShown { uri, secret } = self.ask::<signet_api::JoinCode>(&host).await?;
        drawn(&TotpShown { uri, secret })
    }
}
