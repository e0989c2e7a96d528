"""A display without a screen and an accessibility bus, both of their own: as on a machine with a screen reader.

Nothing of it is made up: ``Xvfb``, a session bus by ``dbus-daemon``, and the bus and registry of at-spi2-core, which
the session bus starts when it is asked for them (AT-SPI 2, ``org.a11y.Bus``).
"""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection

PATIENCE = 20.0
SIZE = (1080, 1920)
LAUNCHER = DBusAddress("/org/a11y/bus", bus_name="org.a11y.Bus", interface="org.a11y.Bus")
CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <standard_session_servicedirs/>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""


@contextmanager
def display(size: tuple[int, int] = SIZE) -> Iterator[str]:
    """The name of an X display of its own, in pixels."""
    ours, theirs = os.pipe()
    with os.fdopen(ours) as told:
        screen = f"{size[0]}x{size[1]}x24"
        command = ["Xvfb", "-displayfd", str(theirs), "-screen", "0", screen, "-nolisten", "tcp", "-noreset"]
        server = subprocess.Popen(command, pass_fds=(theirs,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs)
        try:
            number = told.readline().strip()
            if not number:
                raise RuntimeError(f"Xvfb ended with {server.wait()}")
            yield f":{number}"
        finally:
            _ended(server)


@contextmanager
def accessibility_bus(folder: Path) -> Iterator[tuple[Mapping[str, str], Any]]:
    """What a process needs in its environment to be seen, and a connection to the accessibility bus."""
    folder.chmod(0o700)
    config = folder / "bus.conf"
    config.write_text(CONFIG.format(folder=folder))
    command = ["dbus-daemon", "--nofork", "--nopidfile", "--print-address=1", f"--config-file={config}"]
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as daemon:
        try:
            address = (daemon.stdout.readline() if daemon.stdout else "").strip()
            # The launcher lives as long as somebody is on the session bus, and takes its own bus with it.
            with open_dbus_connection(address) as session:
                asked = session.send_and_get_reply(new_method_call(LAUNCHER, "GetAddress"), timeout=PATIENCE)
                with open_dbus_connection(asked.body[0]) as bus:
                    yield {"DBUS_SESSION_BUS_ADDRESS": address, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}, bus
        finally:
            daemon.terminate()


def _ended(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait(PATIENCE)
