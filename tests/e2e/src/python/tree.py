"""Prints the accessibility tree of a program: [[role, name, path], ...]."""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

nodes = []


def walk(node, path, depth):
    if node is None or depth > 80:
        return
    try:
        role, name = node.get_role_name(), node.get_name() or ""
        # The web view's own containers never say that they show: only what is shown counts, all is gone into.
        if node.get_state_set().contains(Atspi.StateType.SHOWING):
            nodes.append([role, name, path])
        for index in range(node.get_child_count()):
            walk(node.get_child_at_index(index), f"{path}/{role}", depth + 1)
    except gi.repository.GLib.Error:
        return  # gone while it was read


desktop = Atspi.get_desktop(0)
for index in range(desktop.get_child_count()):
    program = desktop.get_child_at_index(index)
    if program is not None and sys.argv[1] in (program.get_name() or "").lower():
        walk(program, "", 0)
print(json.dumps(nodes))
