# SPDX-License-Identifier: Apache-2.0
"""What there is, and who brings more of it."""
import json
import socket


def load(text):
    # CULPRIT format format
    shelf = json.loads(text)
    return shelf["bolts"]


def ask_supplier(host, port):
    # CULPRIT refused refused
    with socket.create_connection((host, port), timeout=2) as line:
        return line.recv(64)


def weigh(box):
    inside = box.get("inside") or box
    # CULPRIT recursion recursion
    return 1 + weigh(inside)


def restore(path):
    # CULPRIT file file
    with open(path, "rb") as shelf:
        return shelf.read()


def ship(parcel):
    from courier import label

    # CULPRIT library assertion
    return label.write(parcel)
