//! Proxies that the owner has named: the address of who is behind one, from the PROXY protocol
//! (`HAProxy`, "The PROXY protocol, versions 1 & 2"). Nobody else's word for an address is taken.

use std::net::IpAddr;

use ppp::{v1, v2};
use tokio::io::{AsyncRead, AsyncReadExt};

/// The longest header of version 1, and the longest of version 2 that is read, in bytes.
const LONGEST: (usize, usize) = (107, 16 + 1024);

/// Reads the header that a proxy puts before a connection: whom it stands for. None where it says nothing
/// that can be understood, or that it stands for nobody: an address that is not known is not let in.
///
/// Not one byte after the header is read.
pub(crate) async fn read_source(stream: &mut (impl AsyncRead + Unpin)) -> Option<IpAddr> {
    let mut header = vec![0; v2::PROTOCOL_PREFIX.len()];
    stream.read_exact(&mut header).await.ok()?;
    let source = if header == v2::PROTOCOL_PREFIX {
        binary(stream, header).await
    } else if header.starts_with(v1::PROTOCOL_PREFIX.as_bytes()) {
        text(stream, header).await
    } else {
        None
    };
    source.map(|address| address.to_canonical())
}

async fn binary(stream: &mut (impl AsyncRead + Unpin), mut header: Vec<u8>) -> Option<IpAddr> {
    let mut fixed = [0; 4];
    stream.read_exact(&mut fixed).await.ok()?;
    let [_, _, high, low] = fixed;
    header.extend(fixed);
    let begun = header.len();
    let length = begun + usize::from(u16::from_be_bytes([high, low]));
    if length > LONGEST.1 {
        return None;
    }
    header.resize(length, 0);
    stream.read_exact(header.get_mut(begun..)?).await.ok()?;
    let header = v2::Header::try_from(header.as_slice()).ok()?;
    match (header.command, header.addresses) {
        (v2::Command::Proxy, v2::Addresses::IPv4(addresses)) => Some(addresses.source_address.into()),
        (v2::Command::Proxy, v2::Addresses::IPv6(addresses)) => Some(addresses.source_address.into()),
        _ => None,
    }
}

async fn text(stream: &mut (impl AsyncRead + Unpin), mut header: Vec<u8>) -> Option<IpAddr> {
    while !header.ends_with(b"\r\n") {
        if header.len() >= LONGEST.0 {
            return None;
        }
        // One byte at a time: what comes after the line belongs to TLS.
        header.push(stream.read_u8().await.ok()?);
    }
    match v1::Header::try_from(header.as_slice()).ok()?.addresses {
        v1::Addresses::Tcp4(addresses) => Some(addresses.source_address.into()),
        v1::Addresses::Tcp6(addresses) => Some(addresses.source_address.into()),
        v1::Addresses::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The address, and what is left for TLS.
    async fn read(bytes: &[u8]) -> (Option<IpAddr>, Vec<u8>) {
        let mut stream = bytes;
        let source = read_source(&mut stream).await;
        (source, stream.to_vec())
    }

    fn v2_header(command: u8, family: u8, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len()).unwrap().to_be_bytes();
        [v2::PROTOCOL_PREFIX, &[0x20 | command, family], &length, body].concat()
    }

    #[tokio::test]
    async fn whoever_is_behind_a_proxy_is_known_by_the_own_address() {
        let (source, rest) = read(b"PROXY TCP4 192.0.2.7 198.51.100.1 40000 7465\r\n\x16\x03\x01").await;
        assert_eq!((source, rest.as_slice()), (Some("192.0.2.7".parse().unwrap()), &b"\x16\x03\x01"[..]));
        let (source, rest) = read(b"PROXY TCP6 2001:db8::7 2001:db8::1 40000 7465\r\nTLS").await;
        assert_eq!((source, rest.as_slice()), (Some("2001:db8::7".parse().unwrap()), &b"TLS"[..]));
        let body = [192, 0, 2, 7, 198, 51, 100, 1, 0x9c, 0x40, 0x1d, 0x29];
        let mut header = v2_header(1, 0x11, &body);
        header.extend(b"TLS");
        let (source, rest) = read(&header).await;
        assert_eq!((source, rest.as_slice()), (Some("192.0.2.7".parse().unwrap()), &b"TLS"[..]));
        // An IPv4 address in IPv6 clothes is the IPv4 address: no rule for it is passed by.
        let mapped: std::net::Ipv6Addr = "::ffff:192.0.2.7".parse().unwrap();
        let body = [&mapped.octets()[..], &mapped.octets(), &[0x9c, 0x40, 0x1d, 0x29]].concat();
        assert_eq!(read(&v2_header(1, 0x21, &body)).await.0, Some("192.0.2.7".parse().unwrap()));
    }

    #[tokio::test]
    async fn what_names_nobody_lets_nobody_in() {
        let nobody: [&[u8]; 8] = [
            b"",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00\x00",
            b"PROXY UNKNOWN\r\n",
            b"PROXY TCP4 192.0.2.7 198.51.100.1 40000 7465",
            b"PROXY TCP4 999.0.2.7 198.51.100.1 40000 7465\r\n",
            b"PROXY TCP4 192.0.2.7\r\nPROXY TCP4 192.0.2.7\r\n",
            &[b'P'; 400],
            &[&b"PROXY TCP4 "[..], &[b'1'; 400]].concat(),
        ];
        for bytes in nobody {
            assert_eq!(read(bytes).await.0, None, "{bytes:?}");
        }
        let body = [192, 0, 2, 7, 198, 51, 100, 1, 0x9c, 0x40, 0x1d, 0x29];
        // The proxy's own health check; a family without addresses; a length that promises too much.
        assert_eq!(read(&v2_header(0, 0x11, &body)).await.0, None);
        assert_eq!(read(&v2_header(1, 0x00, &body)).await.0, None);
        assert_eq!(read(&v2_header(1, 0x21, &body)).await.0, None);
        assert_eq!(read(&v2_header(1, 0x11, &body)[..20]).await.0, None);
        assert_eq!(read(&v2_header(1, 0x11, &vec![0; 60_000])).await.0, None);
    }
}
