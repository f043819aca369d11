"""Prints every item of the session's keyring: {"attribute username": "base64 of its value"}."""
import base64
import json

import dbus

bus = dbus.SessionBus()
root = "org.freedesktop.secrets"
service = dbus.Interface(bus.get_object(root, "/org/freedesktop/secrets"), "org.freedesktop.Secret.Service")
_, session = service.OpenSession("plain", "")
unlocked, locked = service.SearchItems({})
items = {}
for path in list(unlocked) + list(locked):
    item = bus.get_object(root, path)
    label = str(item.Get("org.freedesktop.Secret.Item", "Label", dbus_interface="org.freedesktop.DBus.Properties"))
    secret = item.GetSecret(session, dbus_interface="org.freedesktop.Secret.Item")
    items[label] = base64.b64encode(bytes(secret[2])).decode()
print(json.dumps(items))
