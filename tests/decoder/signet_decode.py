#!/usr/bin/env python3
"""An independent decoder of Signet's vault, written from docs/FORMATS.md alone.

  signet_decode.py open VAULT.DB --device HEX --epoch HEX --passphrase-stdin
                   (--code 123456 --step N | --recovery-code XXXXX-XXXXX | --unattended HEX) [--item KEY_ID=HEX ...]
  signet_decode.py kit VAULT.DB --kit "XXXX XXXX ..."
  signet_decode.py vectors crates/crypto/vectors/signet1.json

HEX of a device or epoch secret is the 66-byte keychain value or the bare 32 bytes. `--item` gives the
keychain value of a service-account key. Prints JSON. Secrets appear as SHA-256 only, unless
--show-secrets is given. Exit status 1 and {"error": ...} if anything does not open or does not fit.
The vault file is opened read-only; while an agent has it open, decode a copy of vault.db and vault.db-wal.
tests/leaks imports this file as a module.
"""

import argparse
import base64
import hashlib
import hmac
import json
import sqlite3
import sys
import unicodedata

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ROLES = {1: "header-mac", 2: "records", 3: "service-key", 4: "owner", 5: "audit-signing", 6: "audit-hmac", 7: "totp-seed"}


class Refused(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Refused(what)


# Primitives

def sha256(data):
    return hashlib.sha256(data).digest()


def mac(key, data):
    return hmac.digest(key, data, "sha256")


def expand(prk, info, length):
    out, block, i = b"", b"", 1
    while len(out) < length:
        block = mac(prk, block + info + bytes([i]))
        out, i = out + block, i + 1
    return out[:length]


def hkdf(salt, ikm, info):
    return expand(mac(salt or bytes(32), ikm), info, 32)


def be(value, size):
    return value.to_bytes(size, "big")


def lp(data):
    return be(len(data), 4) + data


def base32(data):
    return base64.b32encode(data).decode().rstrip("=")


def plain32(text):
    return "".join(text.split()).replace("-", "").upper().replace("0", "O").replace("8", "B")


def hotp(seed, step):
    digest = hmac.digest(seed, be(step, 8), "sha1")
    at = digest[19] & 15
    return (int.from_bytes(digest[at:at + 4], "big") & 0x7FFFFFFF) % 1_000_000


# The seal

def record_aad(label, vault_id, table, row, column, version):
    return b"signet1" + label.encode() + vault_id + be(table, 1) + row + be(column, 1) + be(version, 8)


def seal(key, aad, plaintext, nonce):
    okm = expand(key, b"signet1/aead/aes256gcm" + nonce + sha256(aad), 64)
    return b"\x01\x01" + nonce + okm[:32] + AESGCM(okm[32:]).encrypt(bytes(12), plaintext, aad)


def open_seal(key, aad, blob, what):
    need(len(blob) >= 74 and blob[:2] == b"\x01\x01", f"{what}: not a seal")
    okm = expand(key, b"signet1/aead/aes256gcm" + blob[2:26] + sha256(aad), 64)
    need(hmac.compare_digest(okm[:32], blob[26:58]), f"{what}: the commitment does not fit")
    try:
        return AESGCM(okm[32:]).decrypt(bytes(12), blob[58:], aad)
    except InvalidTag:
        raise Refused(f"{what}: the tag does not fit") from None


# HPKE base mode, one message (RFC 9180, 4.1, 5.1, 7.1.3)

def labeled(suite, salt, label, ikm):
    return mac(salt or bytes(32), b"HPKE-v1" + suite + label + ikm)


def labeled_expand(suite, prk, label, info, length):
    return expand(prk, be(length, 2) + b"HPKE-v1" + suite + label + info, length)


KEM = b"KEM" + be(0x20, 2)
HPKE = b"HPKE" + be(0x20, 2) + be(1, 2) + be(2, 2)


def kit_pair(kit, vault_id):
    ikm = hkdf(vault_id, kit, b"signet1/kit")
    secret = X25519PrivateKey.from_private_bytes(
        labeled_expand(KEM, labeled(KEM, b"", b"dkp_prk", ikm), b"sk", b"", 32))
    return secret, secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def open_hpke(pair, info, aad, blob, what):
    secret, public = pair
    need(len(blob) >= 48, f"{what}: cut short")
    enc, body = blob[:32], blob[32:]
    prk = labeled(KEM, b"", b"eae_prk", secret.exchange(X25519PublicKey.from_public_bytes(enc)))
    shared = labeled_expand(KEM, prk, b"shared_secret", enc + public, 32)
    context = b"\0" + labeled(HPKE, b"", b"psk_id_hash", b"") + labeled(HPKE, b"", b"info_hash", info)
    prk = labeled(HPKE, shared, b"secret", b"")
    try:
        return AESGCM(labeled_expand(HPKE, prk, b"key", context, 32)).decrypt(
            labeled_expand(HPKE, prk, b"base_nonce", context, 12), body, aad)
    except InvalidTag:
        raise Refused(f"{what}: the tag does not fit") from None


def read_kit(text):
    plain = plain32(text)
    need(len(plain) == 36, "the kit is not complete")
    kit = base64.b32decode(plain[:32])
    need(base32(sha256(b"signet1/kit/check" + kit))[:4] == plain[32:], "the kit's check characters do not fit")
    return kit


# The header

class Reader:
    def __init__(self, data):
        self.data = data

    def take(self, size):
        need(len(self.data) >= size, "cut short")
        head, self.data = self.data[:size], self.data[size:]
        return head

    def int(self, size):
        return int.from_bytes(self.take(size), "big")

    def end(self):
        need(not self.data, "too long")


class Header:
    def __init__(self, data):
        need(len(data) > 64, "header: cut short")
        self.data = data
        self.core = sha256(data[:63])
        r = Reader(data)
        need(r.take(8) == b"SIGVAULT", "not a vault header")
        need((r.int(2), r.int(2), r.int(2)) == (1, 1, 1), "unknown format, reader or suite")
        self.vault_id = r.take(16)
        self.profile = {1: "production", 2: "sandbox"}.get(r.int(1))
        need(self.profile, "unknown profile")
        self.pk_kit = r.take(32)
        self.created, self.device_generation, self.epoch = r.int(8), r.int(8), r.int(8)
        self.drift_quarters = int.from_bytes(r.take(2), "big", signed=True)
        need(r.take(3) == bytes([1, 6, 30]), "unknown kind of code")
        self.first, self.steps, self.table_hash = r.int(8), r.int(4), r.take(32)
        need(1 <= self.steps <= 1_152_000, "table length")
        count = r.int(1)
        need(count in (3, 4), "number of slots")
        bodies = []
        for kind in (1, 2, 3, 5)[:count]:
            need(r.int(1) == kind, "slot type")
            bodies.append(Reader(r.take(r.int(2))))
        primary, codes, kit, *unattended = bodies
        self.primary = (primary.take(8), read_stretching(primary), primary.take(106))
        self.code_stretching = read_stretching(codes)
        count = codes.int(1)
        need(count <= 8, "number of recovery codes")
        self.codes = [(codes.take(8), codes.take(106)) for _ in range(count)]
        self.kit = kit.take(80)
        self.unattended = [(body.take(8), body.take(32), body.take(106)) for body in unattended]
        for body in bodies:
            body.end()
        self.manifest_root = r.take(32)
        self.mac_dev, self.mac_vmk = r.take(32), r.take(32)
        r.end()

    def check_device(self, device):
        key = hkdf(self.vault_id, device, b"signet1/mac-dev")
        need(hmac.compare_digest(mac(key, b"signet1/header/dev" + self.data[:-64]), self.mac_dev), "mac_dev")

    def check_vault(self, key):
        need(hmac.compare_digest(mac(key, b"signet1/header/vmk" + self.data[:-32]), self.mac_vmk), "mac_vmk")

    def slot_aad(self, kind, slot_id, stretching):
        return b"signet1/slot" + bytes([kind]) + slot_id + stretching + self.core

    def s(self, table, device, epoch, code, step):
        need(sha256(table) == self.table_hash, "the table is not the one that the header names")
        key = hkdf(self.vault_id, device + epoch, b"signet1/totp-table")
        aad = b"signet1/totp-table" + self.core + be(self.epoch, 8) + be(self.first, 8) + be(self.steps, 4)
        packed = open_seal(key, aad, table, "table")
        need(len(packed) == (self.steps * 5 + 1) // 2, "table size")
        i = step - self.first
        need(0 <= i < self.steps, f"step {step} is not in the table: it begins at {self.first}")
        five = int.from_bytes(packed[i // 2 * 5:i // 2 * 5 + 5].ljust(5, b"\0"), "big")
        return ((five >> 20 if i % 2 == 0 else five & 0xFFFFF) + code) % 1_000_000

    def open_primary(self, passphrase, s, device):
        slot_id, stretching, sealed = self.primary
        a = stretch(stretching, lp(passphrase) + lp(be(s, 4)))
        kek = hkdf(stretching[13:], a + device, b"signet1/kek/primary" + self.core)
        return open_seal(kek, self.slot_aad(1, slot_id, stretching), sealed, "primary slot")

    def open_code(self, passphrase, code, device):
        stretching = self.code_stretching
        a = stretch(stretching, lp(passphrase))
        for slot_id, sealed in self.codes:
            kek = hkdf(stretching[13:], a + device + code.encode(), b"signet1/kek/code" + slot_id + self.core)
            try:
                return open_seal(kek, self.slot_aad(2, slot_id, stretching), sealed, "recovery slot")
            except Refused:
                continue
        raise Refused("no recovery slot opens")

    def open_kit(self, pair):
        need(pair[1] == self.pk_kit, "the kit is of another vault")
        return open_hpke(pair, b"signet1/kit/slot" + self.core, b"", self.kit, "kit slot")

    def open_unattended(self, secret, device):
        need(self.unattended, "there is no unattended slot")
        ((slot_id, salt, sealed),) = self.unattended
        kek = hkdf(salt, secret + device, b"signet1/kek/unattended" + slot_id + self.core)
        return open_seal(kek, self.slot_aad(5, slot_id, salt), sealed, "unattended slot")

    def facts(self):
        m, t, p = kdf(self.primary[1])
        fingerprint = base32(sha256(b"signet1/kit/fingerprint" + self.pk_kit))[:16]
        return {
            "vault_id": self.vault_id.hex(), "profile": self.profile, "created": self.created,
            "device_generation": self.device_generation, "epoch": self.epoch,
            "drift_quarters": self.drift_quarters, "first_step": self.first, "steps": self.steps,
            "kdf": {"m_kib": m, "t": t, "p": p}, "codes_left": len(self.codes),
            "unattended": bool(self.unattended),
            "kit_fingerprint": "-".join(fingerprint[i:i + 4] for i in range(0, 16, 4)),
        }


def kdf(stretching):
    return tuple(int.from_bytes(stretching[i:i + 4], "big") for i in (1, 5, 9))


def read_stretching(reader):
    data = reader.take(45)
    m, t, p = kdf(data)
    need(data[0] == 1, "unknown key derivation")
    need(65_536 <= m <= 2_097_152 and 3 <= t <= 16 and 1 <= p <= 16, "key-derivation cost out of range")
    return data


def stretch(stretching, data):
    m, t, p = kdf(stretching)
    return hash_secret_raw(data, stretching[13:], t, m, p, 32, Type.ID, 19)


def read_item(kind, vault_id, number, data):
    need(len(data) == 66 and data[:2] == bytes([1, kind]), f"keychain item of kind {kind}: not one")
    need(data[58:] == sha256(b"signet1/item" + data[:58])[:8], f"keychain item of kind {kind}: damaged")
    need(data[2:26] == vault_id + be(number, 8), f"keychain item of kind {kind}: of another vault or generation")
    return data[26:58]


# The vault file

FRONT = 58


class Vault:
    def __init__(self, path):
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        pragma = {name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")}
        need(pragma == {"application_id": 0x53474E54, "user_version": 1}, "not a vault file of a known version")
        header, self.state = db.execute("SELECT header, state FROM head WHERE id = 1").fetchone()
        self.header = Header(header)
        (self.table,) = db.execute("SELECT sealed FROM codes WHERE id = 1").fetchone()
        self.rows = db.execute("SELECT seq, tbl, row, version, front, body FROM record ORDER BY seq").fetchall()

    def keychain_state(self):
        r = Reader(self.state)
        need(r.take(4) == b"SGS1", "unknown state")
        locked_audit = r.int(8)
        keys = {r.take(16): r.int(8) for _ in range(r.int(4))}
        r.end()
        return locked_audit, keys

    def manifest_root(self):
        buckets = [[] for _ in range(256)]
        for seq, table, row, version, front, _ in self.rows:
            need(len(row) == 16 and len(front) == FRONT, "row sizes")
            place = bytes([table]) + row
            digest = sha256(b"signet1/manifest/row" + place + be(seq, 8) + be(version, 8) + front)
            buckets[sha256(b"signet1/manifest/place" + place)[0]].append((place, digest))
        root = b"signet1/manifest/root" + sha256(self.state)
        for bucket in buckets:
            digests = b"".join(digest for _, digest in sorted(bucket))
            root += sha256(b"signet1/manifest/bucket" + be(len(bucket), 4) + digests)
        return sha256(root)

    def open_all(self, vmk, pair, items, show):
        header, wrapped, records = self.header, {}, []
        for _, table, row, version, front, body in self.rows:
            if table in ROLES:
                aad = record_aad("/wrap", header.vault_id, table, row, 0, version)
                wrapped[table, row] = open_seal(vmk, aad, front + body, f"wrapped {ROLES[table]}")
        only = bytes(16)
        header.check_vault(wrapped[1, only])
        need(self.manifest_root() == header.manifest_root, "manifest root")
        for seq, table, row, version, front, body in self.rows:
            if table in ROLES:
                continue
            aad = record_aad("/record", header.vault_id, table, row, 0, version)
            value = open_seal(wrapped[2, only], aad, front + body, f"record {table}/{row.hex()}")
            record = {"table": table, "row": row.hex(), "seq": seq, "version": version, "bytes": len(value)}
            if table == 17:
                if pair:
                    info = b"signet1/kit/escrow" + header.vault_id
                    record["key_sha256"] = sha256(open_hpke(pair, info, row, value, "escrow")).hex()
            elif table == 18:
                record["value"] = {"since": int.from_bytes(value[:8], "big"), "public": value[8:].hex()}
            else:
                record["value"] = readable(value)
            records.append(record)
        locked_audit, generations = self.keychain_state()
        keys = [{"id": key.hex(), "generation": generation} for key, generation in generations.items()]
        for key in keys:
            if key["id"] in items:
                row = bytes.fromhex(key["id"])
                aad = record_aad("/keychain", header.vault_id, 3, row, 0, key["generation"])
                der = open_seal(wrapped[3, row], aad, items[key["id"]], f"key {key['id']}")
                key |= {"der_bytes": len(der), "key_sha256": sha256(der).hex()} | ({"der": der.hex()} if show else {})
        hidden = (lambda value: value.hex()) if show else (lambda value: "sha256:" + sha256(value).hex())
        return {
            "header": header.facts(), "mac_vmk": True, "manifest_root": True, "root_key": hidden(vmk),
            "wrapped": [{"role": ROLES[role], "row": row.hex(), "key": hidden(key)}
                        for (role, row), key in sorted(wrapped.items())],
            "locked_audit_generation": locked_audit, "keys": keys, "records": records,
        }


# CBOR (RFC 8949), as far as records use it

def cbor(data, at=0):
    major, low = data[at] >> 5, data[at] & 31
    at += 1
    need(low < 28, "cbor: indefinite length")
    size = 0 if low < 24 else 1 << (low - 24)
    number = low if low < 24 else int.from_bytes(data[at:at + size], "big")
    at += size
    if major in (0, 1):
        return (number if major == 0 else -1 - number), at
    if major in (2, 3):
        need(len(data) - at >= number, "cbor: cut short")
        value = data[at:at + number]
        return (value.hex() if major == 2 else value.decode()), at + number
    if major in (4, 5):
        values = []
        for _ in range(number * (major - 3)):
            value, at = cbor(data, at)
            values.append(value)
        return (values if major == 4 else dict(zip(values[::2], values[1::2]))), at
    need(major == 7 and low in (20, 21, 22), "cbor: unknown value")
    return {20: False, 21: True, 22: None}[low], at


def readable(value):
    for decode in (lambda: json.loads(value), lambda: cbor(value)):
        try:
            found = decode()
        except (ValueError, IndexError, TypeError, Refused):
            continue
        if isinstance(found, tuple):
            if found[1] != len(value):
                continue
            found = found[0]
        return found
    return {"hex": value.hex()}


# The published vectors

def check_vectors(path):
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    v, w, un = data["vault"], data["values"], bytes.fromhex
    header = Header(un(v["header"]))
    device, epoch, root = un(v["device_secret"]), un(v["epoch_secret"]), un(v["root_key"])
    seed = base64.b32decode(v["seed_base32"])
    passphrase = unicodedata.normalize("NFKC", v["passphrase"]).encode()
    header.check_device(device)
    header.check_vault(un(v["header_key"]))
    need(f"{hotp(seed, v['step']):06}" == v["code"], "code")
    s = header.s(un(v["table"]), device, epoch, int(v["code"]), v["step"])
    for step in range(header.first, header.first + header.steps):
        need(header.s(un(v["table"]), device, epoch, hotp(seed, step), step) == s, f"offset of step {step}")
    need(header.open_primary(passphrase, s, device) == root, "root by code")
    need(header.open_code(passphrase, plain32(v["recovery_code"]), device) == root, "root by recovery code")
    need(header.open_kit(kit_pair(read_kit(v["kit"]), header.vault_id)) == root, "root by kit")
    need(header.facts()["kit_fingerprint"] == v["kit_fingerprint"], "fingerprint")

    u = data["unattended"]
    header = Header(un(u["header"]))
    device = un(u["device_secret"])
    header.check_device(device)
    header.check_vault(un(u["header_key"]))
    need(header.open_unattended(un(u["secret"]), device) == un(u["root_key"]), "root with nobody there")

    vault_id, key_id, secret, sealed = un(w["vault_id"]), un(w["key_id"]), un(w["secret"]), w["seal"]
    aad = record_aad(sealed["label"], vault_id, sealed["table"], un(sealed["row"]), sealed["column"], sealed["version"])
    need(aad.hex() == sealed["aad"], "associated data")
    plaintext = w["plaintext"].encode()
    need(open_seal(un(sealed["key"]), aad, un(sealed["blob"]), "seal") == plaintext, "seal")
    need(seal(un(sealed["key"]), aad, plaintext, un(sealed["blob"])[2:26]).hex() == sealed["blob"], "seal again")
    wrap = w["wrap"]
    aad = record_aad("/wrap", vault_id, wrap["role"], key_id, 0, wrap["version"])
    need(open_seal(un(wrap["root_key"]), aad, un(wrap["blob"]), "wrapped key") == secret, "wrapped key")
    pair = kit_pair(un(w["escrow"]["kit"]), vault_id)
    need(pair[1].hex() == w["escrow"]["public"], "kit key pair")
    opened = open_hpke(pair, b"signet1/kit/escrow" + vault_id, key_id, un(w["escrow"]["blob"]), "escrow")
    need(opened.decode() == w["escrow"]["plaintext"], "escrow")
    for kind, name in ((1, "device"), (2, "epoch"), (3, "locked_audit")):
        item = w["items"][name]
        need(read_item(kind, vault_id, item["generation"], un(item["value"])) == secret, f"item {name}")
    anchor = w["items"]["anchor"]
    need(read_item(4, vault_id, anchor["size"], un(anchor["value"])).hex() == anchor["root"], "anchor")
    key, signed = Ed25519PrivateKey.from_private_bytes(secret), w["signature"]
    need(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex() == signed["public"], "public key")
    need(key.sign(signed["message"].encode()).hex() == signed["signature"], "signature")
    need(mac(secret, w["audit_hmac"]["message"].encode()).hex() == w["audit_hmac"]["tag"], "audit HMAC")
    return {"vectors": "ok"}


# The command line

def secret_argument(text, kind, header, number):
    data = bytes.fromhex(text)
    return data if len(data) == 32 else read_item(kind, header.vault_id, number, data)


def run(args):
    if args.command == "vectors":
        return check_vectors(args.file)
    vault = Vault(args.file)
    header = vault.header
    items = {name: bytes.fromhex(value) for name, _, value in (item.partition("=") for item in args.item)}
    if args.command == "kit":
        pair = kit_pair(read_kit(args.kit), header.vault_id)
        return vault.open_all(header.open_kit(pair), pair, items, args.show_secrets)
    device = secret_argument(args.device, 1, header, header.device_generation)
    header.check_device(device)
    if args.unattended:
        vmk = header.open_unattended(bytes.fromhex(args.unattended), device)
        return {"mac_dev": True, **vault.open_all(vmk, None, items, args.show_secrets)}
    need(args.passphrase_stdin, "give --passphrase-stdin")
    passphrase = unicodedata.normalize("NFKC", sys.stdin.readline().rstrip("\r\n")).encode()
    if args.recovery_code:
        vmk = header.open_code(passphrase, plain32(args.recovery_code), device)
    else:
        need(args.epoch and args.code and args.step is not None, "give --epoch, --code and --step")
        epoch = secret_argument(args.epoch, 2, header, header.epoch)
        s = header.s(vault.table, device, epoch, int(args.code.replace(" ", "")), args.step)
        vmk = header.open_primary(passphrase, s, device)
    return {"mac_dev": True, **vault.open_all(vmk, None, items, args.show_secrets)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("open", "kit", "vectors"):
        command = commands.add_parser(name)
        command.add_argument("file")
        if name != "vectors":
            command.add_argument("--item", action="append", default=[], metavar="KEY_ID=HEX")
            command.add_argument("--show-secrets", action="store_true")
    commands.choices["kit"].add_argument("--kit", required=True)
    opening = commands.choices["open"]
    opening.add_argument("--device", required=True, metavar="HEX")
    opening.add_argument("--epoch", metavar="HEX")
    opening.add_argument("--passphrase-stdin", action="store_true")
    opening.add_argument("--unattended", metavar="HEX")
    opening.add_argument("--code")
    opening.add_argument("--step", type=int)
    opening.add_argument("--recovery-code")
    try:
        print(json.dumps(run(parser.parse_args()), indent=2, ensure_ascii=False))
    except (Refused, ValueError, KeyError, TypeError, sqlite3.Error) as error:
        print(json.dumps({"error": str(error) or type(error).__name__}))
        sys.exit(1)


if __name__ == "__main__":
    main()
