"""A receiver of HL7 v2 as a record has it: the library's own MLLP server, in a process of its own.

``python -m tests.central.ehr.peer FOLDER`` writes its port to ``port``, and each message to ``received`` before it
answers. It answers as ``how`` says at that moment: an acknowledgement code, maybe with an error code such as
``AE 207``; ``silent``, ``close``, ``garbage``, or ``other``, which acknowledges another message.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

import hl7
from hl7.mllp import start_hl7_server


async def main(folder: Path) -> None:
    async def talk(reader: Any, writer: Any) -> None:
        try:
            while not writer.is_closing():
                message = await reader.readmessage()
                with (folder / "received").open("a", encoding="utf-8") as file:
                    file.write(str(message).replace("\r", "\x1e") + "\n")
                if not await _answer(message, writer, (folder / "how").read_text().strip()):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    server = await start_hl7_server(talk, "127.0.0.1", 0, encoding="utf-8")
    (folder / "port.new").write_text(str(server.sockets[0].getsockname()[1]))
    (folder / "port.new").rename(folder / "port")
    await server.serve_forever()


async def _answer(message: Any, writer: Any, how: str) -> bool:
    if how == "silent":
        return True
    if how == "close":
        return False
    if how == "garbage":
        writer.writeblock(b"<html>no</html>")
        await writer.drain()
        return True
    code, _, error = how.partition(" ")
    ack = message.create_ack("AA" if code == "other" else code, message_id="ack1")
    text = str(ack)
    if code == "other":
        text = text.replace(str(message.unescape(str(message["MSH.F10"]))), "somebody-else")
    if error:
        text = text.rstrip("\r") + f"\rERR|||{error}^x^HL70357|E\r"
    writer.writemessage(hl7.parse(text))
    await writer.drain()
    return True


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
