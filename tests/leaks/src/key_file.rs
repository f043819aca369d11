//! The secret numbers of a service-account key file.

use std::path::Path;

use data_encoding::BASE64;
use serde_json::Value;

use crate::{Needles, Spelling};

/// The sentinel: a key that was made for one test.
#[derive(Debug)]
pub struct KeyFile {
    /// d, p, q, dP, dQ, qInv: big-endian, without leading zeros.
    numbers: Vec<(&'static str, Vec<u8>)>,
    /// The file, for planting.
    pub text: String,
}

impl KeyFile {
    /// Reads Google's JSON.
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("key file");
        let json: Value = serde_json::from_str(&text).expect("JSON");
        let pem = json["private_key"].as_str().expect("private_key");
        let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let der = BASE64.decode(body.as_bytes()).expect("base64");
        Self { numbers: private_numbers(&der), text }
    }

    /// One of the numbers.
    pub fn number(&self, name: &str) -> &[u8] {
        let (_, number) = self.numbers.iter().find(|(known, _)| *known == name).expect("a number's name");
        number
    }

    /// The numbers as needles. They cover the DER and the PEM too: these are the same bytes and their
    /// base64, next to the public numbers, which are no secret.
    pub fn needles(&self) -> Needles {
        let mut needles = Needles::default();
        for (name, number) in &self.numbers {
            needles.add(name, number, Spelling::Binary);
        }
        needles
    }
}

/// PKCS#8 (RFC 5958) around `RSAPrivateKey` (RFC 8017, A.1.2).
fn private_numbers(der: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut outer = element(der, 0x30).0;
    (_, outer) = element(outer, 0x02); // version
    (_, outer) = element(outer, 0x30); // algorithm
    let (inner, _) = element(outer, 0x04);
    let mut numbers = element(inner, 0x30).0;
    for _ in ["version", "n", "e"] {
        (_, numbers) = element(numbers, 0x02);
    }
    let names = ["d", "p", "q", "dP", "dQ", "qInv"];
    let read = names.map(|name| {
        let number;
        (number, numbers) = element(numbers, 0x02);
        (name, number.iter().copied().skip_while(|byte| *byte == 0).collect())
    });
    read.to_vec()
}

/// The content of the first DER element, which has this tag, and what follows it.
fn element(der: &[u8], tag: u8) -> (&[u8], &[u8]) {
    assert_eq!(der[0], tag, "DER");
    let (length, header) = match der[1] {
        short @ 0..=0x7F => (usize::from(short), 2),
        long => {
            let count = usize::from(long & 0x7F);
            (der[2..2 + count].iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), 2 + count)
        }
    };
    der[header..].split_at(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_six_secret_numbers_in_order() {
        // A toy key: n, e and the six numbers are one byte each.
        let wrap = |tag: u8, content: &[u8]| {
            [&[tag, 0x81, u8::try_from(content.len()).expect("short")], content].concat()
        };
        let numbers: Vec<u8> = [0, 33, 3, 7, 11, 13, 17, 19, 23].iter().flat_map(|n| [2, 1, *n]).collect();
        let inner = wrap(0x04, &wrap(0x30, &numbers));
        let der = wrap(0x30, &[[2, 1, 0, 0x30, 0].as_slice(), &inner].concat());
        let read = private_numbers(&der);
        let flat: Vec<(&str, u8)> = read.iter().map(|(name, number)| (*name, number[0])).collect();
        assert_eq!(flat, [("d", 7), ("p", 11), ("q", 13), ("dP", 17), ("dQ", 19), ("qInv", 23)]);
    }
}
