"""Derives what the agent derives, by the independent decoder: `derive.py DECODER_DIR VAULT.DB`.

Standard input: JSON {passphrase, seed, items}. Prints {name: hex} of everything secret.
"""
import base64
import json
import sys
import time
import unicodedata

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import signet_decode as d

given = json.load(sys.stdin)
vault = d.Vault(sys.argv[2])
header = vault.header
name = header.vault_id.hex()


def item(kind, letter, number):
    label = f"signet {name}/{letter}/{number}"
    return d.read_item(kind, header.vault_id, number, base64.urlsafe_b64decode(base64.b64decode(given["items"][label]) + b"=="))


device = item(1, "d", header.device_generation)
epoch = item(2, "e", header.epoch)
seed = base64.b32decode(given["seed"] + "=" * (-len(given["seed"]) % 8))
passphrase = unicodedata.normalize("NFKC", given["passphrase"]).encode()
step = header.first + 100
s = header.s(vault.table, device, epoch, d.hotp(seed, step), step)
slot_id, stretching, sealed = header.primary
a = d.stretch(stretching, d.lp(passphrase) + d.lp(d.be(s, 4)))
kek = d.hkdf(stretching[13:], a + device, b"signet1/kek/primary" + header.core)
vmk = d.open_seal(kek, header.slot_aad(1, slot_id, stretching), sealed, "primary slot")
found = {"D": device, "E": epoch, "TOTP seed": seed, "A": a, "KEK": kek, "VMK": vmk}
opened = vault.open_all(vmk, None, {}, True)
for key in opened["wrapped"]:
    if key["role"] != "totp-seed":
        found[f"wrapped {key['role']}"] = bytes.fromhex(key["key"])
print(json.dumps({name: value.hex() for name, value in found.items()}))
