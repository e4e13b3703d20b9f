"""Browsers without a window, driven by what they bring: the DevTools of Chromium, Marionette of Firefox."""

import base64
import json
import os
import shutil
import socket
import subprocess
from threading import Timer
from time import monotonic, sleep

#: Keys of the pages: their numbers in Chromium, and their letters in WebDriver.
KEYS = {
    "Tab": (9, "\ue004"),
    "Enter": (13, "\ue007"),
    "PageUp": (33, "\ue00e"),
    "PageDown": (34, "\ue00f"),
    "End": (35, "\ue010"),
    "Home": (36, "\ue011"),
    "ArrowLeft": (37, "\ue012"),
    "ArrowUp": (38, "\ue013"),
    "ArrowRight": (39, "\ue014"),
    "ArrowDown": (40, "\ue015"),
}
#: Seconds after which a browser that says nothing is given up.
PATIENCE = 120
#: Runs a script beside the page's own, whose names it can use, and returns what that returns.
BESIDE = """
const made = document.createElement("script");
made.textContent = SCRIPT;
document.body.append(made);
made.remove();
return document.body.dataset.seen;
"""


class Browser:
    """What both can do."""

    names = ()

    @classmethod
    def found(cls):
        return next(filter(None, map(shutil.which, cls.names)), None)

    def __init__(self, command, **more):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(command, **quiet, **more)
        self._buffer = b""
        self._number = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.leave()
        self._process.wait(PATIENCE)

    def run(self, script):
        """Return what a script returns that knows the names of the page's own."""
        kept = f"document.body.dataset.seen = JSON.stringify((() => {{ {script} }})() ?? null);"
        return json.loads(self.execute(BESIDE.replace("SCRIPT", json.dumps(kept))))

    def center(self, selector):
        """Scroll to an element and return where its middle is."""
        return self.run(f"""
          const sought = document.querySelector({json.dumps(selector)});
          sought.scrollIntoView({{ block: "center", inline: "nearest", behavior: "instant" }});
          const box = sought.getBoundingClientRect();
          return [box.left + box.width / 2, box.top + box.height / 2];""")

    def click(self, selector):
        self.drag([self.center(selector)])

    def _answer(self, complete):
        """Return what is read until it is complete."""
        watch = Timer(PATIENCE, self._process.kill)
        watch.start()
        try:
            while (found := complete(self._buffer)) is None:
                read = self._read()
                assert read, "the browser has gone"
                self._buffer += read
        finally:
            watch.cancel()
        told, self._buffer = found
        return json.loads(told)


class Chromium(Browser):
    """Chromium by the pipe of its DevTools, as wide as a phone if wished."""

    names = ("chromium", "chromium-browser", "google-chrome")

    def __init__(self, folder):
        orders, self._orders = os.pipe()
        self._told, told = os.pipe()
        flags = ("--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe")
        # It reads from its fourth file, and writes to its fifth.
        shell = f'exec "$0" "$@" 3<&{orders} 4>&{told}'
        command = ["bash", "-c", shell, self.found(), *flags, f"--user-data-dir={folder}", "about:blank"]
        super().__init__(command, pass_fds=(orders, told))
        os.close(orders)
        os.close(told)
        self._page = {}
        targets = self._ask("Target.getTargets")["targetInfos"]
        target = next(each["targetId"] for each in targets if each["type"] == "page")
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._page = {"sessionId": attached["sessionId"]}

    def leave(self):
        self._ask("Browser.close")
        os.close(self._orders)
        os.close(self._told)

    def open(self, file, width):
        size = {"width": width, "height": 740, "deviceScaleFactor": 1, "mobile": width < 600}
        self._ask("Emulation.setDeviceMetricsOverride", **size)
        self._ask("Page.navigate", url=file.as_uri())
        while self.execute("return document.readyState + location.href") != f"complete{file.as_uri()}":
            sleep(0.05)

    def execute(self, body):
        told = self._ask("Runtime.evaluate", expression=f"(() => {{ {body} }})()")
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def press(self, key):
        # A form is sent by the letter that the key writes.
        how = {"key": key, "windowsVirtualKeyCode": KEYS[key][0], "text": "\r" if key == "Enter" else ""}
        for kind in ("keyDown", "keyUp"):
            self._ask("Input.dispatchKeyEvent", type=kind, **how)

    def write(self, text):
        self._ask("Input.insertText", text=text)

    def drag(self, places):
        for kind, (x, y) in zip(
            ["mousePressed", *["mouseMoved"] * (len(places) - 1), "mouseReleased"],
            [*places, places[-1]],
            strict=True,
        ):
            self._ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)

    def picture(self):
        return base64.b64decode(self._ask("Page.captureScreenshot")["data"])

    def print(self):
        return base64.b64decode(self._ask("Page.printToPDF")["data"])

    def _read(self):
        return os.read(self._told, 1 << 20)

    def _ask(self, method, **parameters):
        self._number += 1
        order = {"id": self._number, "method": method, "params": parameters, **self._page}
        os.write(self._orders, json.dumps(order).encode() + b"\0")
        while (told := self._answer(self._message)).get("id") != self._number:
            pass
        assert "error" not in told, told
        return told["result"]

    @staticmethod
    def _message(buffer):
        told, end, rest = buffer.partition(b"\0")
        return (told, rest) if end else None


class Firefox(Browser):
    """Firefox by its Marionette; a window is no narrower than its own bars, so the page is in a frame."""

    names = ("firefox-esr", "firefox")

    def __init__(self, folder):
        (folder / "user.js").write_text('user_pref("marionette.port", 0);\n')
        flags = ("--headless", "--no-remote", "--marionette", "--profile", str(folder))
        super().__init__([self.found(), *flags])
        port, begun = folder / "MarionetteActivePort", monotonic()
        while not (port.exists() and port.read_text()):
            assert monotonic() < begun + PATIENCE, "Firefox does not begin"
            sleep(0.05)
        self._line = socket.create_connection(("127.0.0.1", int(port.read_text())), PATIENCE)
        self._answer(self._message)
        self._ask("WebDriver:NewSession")
        self._folder = folder

    def leave(self):
        self._ask("Marionette:Quit", flags=["eForceQuit"])
        self._line.close()

    def open(self, file, width):
        self._ask("WebDriver:SwitchToFrame", id=None)
        self._ask("WebDriver:SetWindowRect", width=max(width, 600) + 100, height=1000)
        frame = self._folder / "frame.html"
        style = f"border:0;width:{width}px;height:740px"
        frame.write_text(f'<body style="margin:0"><iframe src="{file.as_uri()}" style="{style}"></iframe>')
        self._ask("WebDriver:Navigate", url=frame.as_uri())
        self._ask("WebDriver:SwitchToFrame", id=0)
        self.execute("window.focus()")

    def execute(self, body):
        return self._ask("WebDriver:ExecuteScript", script=body, args=[])["value"]

    def press(self, key):
        self.write(KEYS[key][1])

    def write(self, text):
        keys = [{"type": kind, "value": each} for each in text for kind in ("keyDown", "keyUp")]
        self._act("key", keys)

    def drag(self, places):
        moves = [
            {"type": "pointerMove", "duration": 0, "x": round(x), "y": round(y), "origin": "viewport"}
            for x, y in places
        ]
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        self._act("pointer", [moves[0], down, *moves[1:], up])

    def picture(self):
        taken = self._ask("WebDriver:TakeScreenshot", full=False, hash=False)
        return base64.b64decode(taken["value"])

    def print(self):
        return base64.b64decode(self._ask("WebDriver:Print")["value"])

    def _act(self, kind, actions):
        self._ask("WebDriver:PerformActions", actions=[{"type": kind, "id": kind, "actions": actions}])

    def _read(self):
        return self._line.recv(1 << 20)

    def _ask(self, method, **parameters):
        self._number += 1
        order = json.dumps([0, self._number, method, parameters]).encode()
        self._line.sendall(b"%d:%b" % (len(order), order))
        _, number, error, told = self._answer(self._message)
        assert number == self._number
        assert not error, error
        return told

    @staticmethod
    def _message(buffer):
        size, end, rest = buffer.partition(b":")
        return (rest[: int(size)], rest[int(size) :]) if end and len(rest) >= int(size) else None


BROWSERS = [each for each in (Chromium, Firefox) if each.found()]
