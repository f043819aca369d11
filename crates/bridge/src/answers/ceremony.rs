//! `ceremony.begin`: what has to be kept, as a page may show it.

use fast_qr::{ECL, QRBuilder};
use signet_api::wire::{CeremonyRequest, KdfWish, TotpShown, WireSecret};
use signet_core::{Code, Failure, Profile};
use zeroize::Zeroizing;

use crate::Bridge;
use crate::CeremonyBegin;
use crate::dispatch::{Answer, Events};
use crate::wire::{PageCeremonyShown, PageTotp};

impl Answer<CeremonyBegin> for Bridge {
    async fn answer(
        &self,
        mut request: CeremonyRequest,
        _: Events<CeremonyBegin>,
    ) -> Result<PageCeremonyShown, Failure> {
        if let CeremonyRequest::InitHost { .. } = request {
            // A vault with its keychain in files is for a server, where nobody has a window.
            return Err(Failure::new(Code::Usage));
        }
        if let CeremonyRequest::Init { kdf, .. } = &mut request
            && self.profile() == Profile::Production
        {
            // The cheap one is for tests and tours.
            *kdf = KdfWish::Calibrated;
        }
        let shown = self.ask::<signet_api::CeremonyBegin>(&request).await?;
        Ok(PageCeremonyShown {
            id: shown.id,
            totp: shown.totp.map(|totp| drawn(&totp)).transpose()?,
            kit: shown.kit,
            codes: shown.codes,
            asks_code: shown.asks_code,
            asks_kit_groups: shown.asks_kit_groups,
        })
    }
}

/// A text as a QR code: rows of modules, `1` dark and `0` light.
pub(super) fn modules(text: &str) -> Result<Vec<String>, Failure> {
    let code = QRBuilder::new(text).ecl(ECL::M).build();
    let code = code.map_err(|_| Failure::new(Code::Internal))?;
    let row = |y: usize| {
        let modules = &code.data[y * code.size..(y + 1) * code.size];
        modules.iter().map(|module| if module.value() { '1' } else { '0' }).collect()
    };
    Ok((0..code.size).map(row).collect())
}

/// The seed as a drawing and in groups for typing.
pub(super) fn drawn(totp: &TotpShown) -> Result<PageTotp, Failure> {
    // Exposed to be drawn: this is the one screen that shows it.
    let qr = modules(totp.uri.expose())?.into_iter().map(WireSecret::new).collect();
    // Exposed to be shown in groups, for typing.
    let letters: Zeroizing<Vec<char>> = Zeroizing::new(totp.secret.expose().chars().collect());
    Ok(PageTotp {
        qr,
        groups: letters.chunks(4).map(|group| WireSecret::new(group.iter().collect())).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_is_a_square_and_groups_of_four() {
        let uri = "otpauth://totp/Signet:vault?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Signet";
        let totp = TotpShown {
            uri: WireSecret::new(uri.into()),
            secret: WireSecret::new("JBSWY3DPEHPK3PXPAB".into()),
        };
        let page = drawn(&totp).unwrap();
        let size = page.qr.len();
        assert!(size >= 21 && (size - 21).is_multiple_of(4), "{size} is no size of a QR code");
        assert!(page.qr.iter().all(|row| row.expose().len() == size));
        // The finder pattern's first row.
        assert!(page.qr[0].expose().starts_with("11111110"));
        let groups: Vec<&str> = page.groups.iter().map(WireSecret::expose).collect();
        assert_eq!(groups, ["JBSW", "Y3DP", "EHPK", "3PXP", "AB"]);
    }
}
