//! A QR code in the terminal: two modules a character cell, dark on light whatever the theme.

use fast_qr::{ECL, QRBuilder};

/// Light modules around the code, which readers need (ISO/IEC 18004: 4; 2 are enough for phones).
const QUIET: usize = 2;

/// The lines of the code, or none if the text does not fit into one.
///
/// With `colour`, black on white is set explicitly; without, light modules are drawn as blocks, which
/// is right on dark terminals (phones read the inverse, too).
pub(crate) fn lines(text: &str, colour: bool) -> Option<Vec<String>> {
    let code = QRBuilder::new(text).ecl(ECL::L).build().ok()?;
    let size = code.size + 2 * QUIET;
    let dark = |x: usize, y: usize| {
        let inside = QUIET..QUIET + code.size;
        inside.contains(&x) && inside.contains(&y) && code.data[(y - QUIET) * code.size + x - QUIET].value()
    };
    let cell = |x: usize, y: usize| match (!dark(x, y), y + 1 >= size || !dark(x, y + 1)) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    };
    let line = |y: usize| {
        let row: String = (0..size).map(|x| cell(x, y)).collect();
        // Bright white on black.
        if colour { format!("\x1b[97;40m{row}\x1b[0m") } else { row }
    };
    Some((0..size).step_by(2).map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_square_with_a_light_border() {
        let lines = lines("otpauth://totp/Signet:test?secret=JBSWY3DPEHPK3PXP", false).unwrap();
        let width = lines[0].chars().count();
        assert!(lines.iter().all(|line| line.chars().count() == width));
        assert_eq!(lines.len(), width.div_ceil(2));
        assert!(lines[0].chars().all(|c| c == '█'), "the first two rows are the quiet zone");
        // The finder pattern's first row: seven dark modules over one dark and five light ones.
        assert!(lines[1].starts_with("██ ▄▄▄▄▄ "), "{}", lines[1]);
    }

    #[test]
    fn colour_does_not_depend_on_the_theme() {
        let lines = lines("x", true).unwrap();
        assert!(lines.iter().all(|line| line.starts_with("\x1b[97;40m") && line.ends_with("\x1b[0m")));
    }
}
