# SPDX-License-Identifier: Apache-2.0
"""What an interrupted measurement had measured: kept part by part, and gone when all is done.

The parts count only for the same program: it is told by its bytes. Another one, or other options, start from the beginning.
"""
import hashlib
import json
import os


def digest(path):
    """Of the bytes of a program; empty where there is none."""
    try:
        with open(path, 'rb') as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return ''


class Parts:
    """The parts of one measurement, in FOLDER/NAME.unfinished."""

    def __init__(self, folder, name, about):
        os.makedirs(folder, exist_ok=True)
        self.path, self.about, self.parts = os.path.join(folder, name + '.unfinished'), about, {}
        try:
            with open(self.path, encoding='utf-8') as text:
                kept = json.load(text)
            if kept['about'] == about:
                self.parts = kept['parts']
        except (OSError, ValueError, KeyError, TypeError):
            pass  # there is none, or it was cut short

    def part(self, name, make):
        """As it was kept, or made now and kept."""
        if name not in self.parts:
            self.parts[name] = make()
            with open(self.path + '.new', 'w', encoding='utf-8') as out:
                json.dump({'about': self.about, 'parts': self.parts}, out)
            os.replace(self.path + '.new', self.path)
        return self.parts[name]

    def done(self):
        """Nothing is left to resume."""
        if os.path.exists(self.path):
            os.unlink(self.path)
