#!/usr/bin/env python3
"""A second reading of the team's formats, written from docs/FORMATS.md, part four, alone.

  signet_team.py vectors crates/team/vectors/team1.json
  signet_team.py chain OWNER_KEY_HEX HOST_HASH_HEX < RECORDS

RECORDS are signed records in hex, one a line, from the first one on. Prints JSON; exit status 1 and
{"error": ...} if anything does not fit. `chain` checks encodings, numbers, links and signatures, not who
may sign what.
"""

import base64
import hashlib
import hmac
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LIST = 7776


class Refused(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Refused(what)


def sha256(data):
    return hashlib.sha256(data).digest()


def mac(key, data):
    return hmac.digest(key, data, "sha256")


def prefixed(*items):
    return b"".join(len(item).to_bytes(4, "big") + item for item in items)


# Identities

def spki(key):
    return bytes.fromhex("302a300506032b6570032100") + key


def public(seed):
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


# Enrolment

def invite(host, name, secret, hints):
    plain = base64.b32encode(b"\x01" + host + name + secret).decode().rstrip("=").lower()
    return "signet1-" + plain + ("@" + ",".join(hints) if hints else "")


def proof(secret, name, host, client, exporter):
    return mac(secret, prefixed(b"signet1/enrol", name, spki(host), spki(client), exporter))


def word_numbers(exporter, host, client):
    key = mac(mac(b"", exporter + spki(host) + spki(client)), b"signet1/words\x01")
    return [int.from_bytes(key[at:at + 8], "big") % LIST for at in (0, 8, 16)]


# CBOR, as far as records use it

def write(value):
    def head(major, number):
        for size, tag in ((1, 24), (2, 25), (4, 26), (8, 27)):
            if number < 24:
                return bytes([major << 5 | number])
            if number < 1 << 8 * size:
                return bytes([major << 5 | tag]) + number.to_bytes(size, "big")
        raise Refused("a number over 64 bits")

    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(write, value))
    return head(5, len(value)) + b"".join(write(k) + write(v) for k, v in value.items())


def read(data, at=0):
    need(at < len(data), "CBOR ends early")
    major, number = data[at] >> 5, data[at] & 31
    at += 1
    if number >= 24:
        need(number <= 27, "CBOR of another form")
        size = 1 << number - 24
        number, at = int.from_bytes(data[at:at + size], "big"), at + size
    if major == 0:
        return number, at
    if major in (2, 3):
        part = data[at:at + number]
        need(len(part) == number, "CBOR ends early")
        return (part if major == 2 else part.decode()), at + number
    if major == 4:
        items = []
        for _ in range(number):
            item, at = read(data, at)
            items.append(item)
        return items, at
    need(major == 5, "CBOR of another form")
    fields = {}
    for _ in range(number):
        name, at = read(data, at)
        need(name not in fields, "a field twice")
        fields[name], at = read(data, at)
    return fields, at


# Records

def read_chain(owner, host, records):
    head = sha256(b"signet1/chain" + host + owner)
    read_records = []
    for number, signed in enumerate(records, 1):
        body, signature = signed[:-64], signed[-64:]
        record, end = read(body)
        need(end == len(body) and write(record) == body, f"record {number}: encoding")
        fields = ["version", "epoch", "previous", "time", "signer", "body"]
        need(list(record) == fields and record["version"] == 1, f"record {number}: fields")
        need(record["epoch"] == number, f"record {number}: epoch")
        need(record["previous"] == head, f"record {number}: previous")
        need(len(record["body"]) == 1, f"record {number}: body")
        message = b"signet1/record" + body
        try:
            Ed25519PublicKey.from_public_bytes(record["signer"]).verify(signature, message)
        except InvalidSignature:
            raise Refused(f"record {number}: signature") from None
        head = sha256(message)
        read_records.append((record, head))
    return read_records


def shown(value):
    if isinstance(value, dict):
        return {name: shown(field) for name, field in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    return value.hex() if isinstance(value, bytes) else value


def check_vectors(path):
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    e, un = vectors["enrolment"], bytes.fromhex
    host, client = public(un(e["host_seed"])), public(un(e["client_seed"]))
    need(spki(host).hex() == e["host_spki"] and spki(client).hex() == e["client_spki"], "keys")
    need(sha256(spki(host)).hex() == e["host_hash"], "host hash")
    need(sha256(spki(client)).hex() == e["device_hash"], "device hash")
    host_hash, name, secret = un(e["host_hash"]), un(e["invite_id"]), un(e["secret"])
    need(invite(host_hash, name, secret, []) == e["invite"], "invite")
    text = invite(host_hash, name, secret, e["hints"])
    need(text == e["invite_with_hints"], "invite with hints")
    need("signet://join/" + text.replace("[", "%5B").replace("]", "%5D") == e["link_with_hints"], "link")
    exporter = un(e["exporter"])
    need(proof(secret, name, host, client, exporter).hex() == e["proof"], "proof")
    need(word_numbers(exporter, host, client) == e["word_numbers"], "words")

    c = vectors["chain"]
    owner = un(c["owner"])
    need(sha256(b"signet1/chain" + host_hash + owner).hex() == c["origin"], "origin")
    chain = read_chain(owner, un(c["host_hash"]), [un(record["bytes"]) for record in c["records"]])
    for number, ((record, head), expected) in enumerate(zip(chain, c["records"]), 1):
        need(head.hex() == expected["hash"], f"record {number}: hash")
        need(record["signer"] == public(un(expected["signer_seed"])), f"record {number}: signer")
        need(record["time"] == expected["time"], f"record {number}: time")
        need(shown(record["body"]) == expected["body"], f"record {number}: body")
    return {"vectors": "ok", "records": len(chain)}


def main():
    try:
        match sys.argv[1:]:
            case ["vectors", path]:
                said = check_vectors(path)
            case ["chain", owner, host]:
                records = [bytes.fromhex(line) for line in sys.stdin.read().split()]
                chain = read_chain(bytes.fromhex(owner), bytes.fromhex(host), records)
                said = [{**shown(record), "hash": head.hex()} for record, head in chain]
            case _:
                sys.exit(__doc__)
        print(json.dumps(said, indent=2, ensure_ascii=False))
    except (Refused, ValueError, KeyError, TypeError) as error:
        print(json.dumps({"error": str(error) or type(error).__name__}))
        sys.exit(1)


if __name__ == "__main__":
    main()
