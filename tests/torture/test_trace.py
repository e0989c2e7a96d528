"""What strace writes is read into operations; what cannot be replayed faithfully is refused."""

import pytest

from tests.torture.disk import (
    LINK,
    Create,
    Disk,
    Failed,
    Link,
    Mark,
    Operation,
    Remove,
    Rename,
    Resize,
    Sync,
    SyncFolder,
    Write,
)
from tests.torture.trace import Reader, TraceError


def hexed(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def at(descriptor: int, path: str) -> str:
    return f"{descriptor}<{hexed(path)}>"


def read(*lines: str, start: tuple[str, ...] = ()) -> list[object]:
    reader = Reader("/d", lambda channel: channel == "/acks" or channel.startswith("TCP:[127.0.0.1:80->"))
    for name in start:
        reader.known(name, 0)
    return list(reader.read(f"{line}\n" for line in lines))


CREATED = f'7  openat(AT_FDCWD<{hexed("/")}>, "{hexed("/d/a")}", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 3<{hexed("/d/a")}>'


@pytest.mark.parametrize(
    ("lines", "operations"),
    [
        ((CREATED,), [Create("a")]),
        ((CREATED, f'7  pwrite64({at(3, "/d/a")}, "{hexed("hello")}", 5, 10) = 4'), [Write("a", 10, b"hell")]),
        ((CREATED, f'7  pwrite64({at(3, "/d/a")}, "{hexed("x")}", 1, 0) = -1 ENOSPC (No space left) (INJECTED)'), []),
        (
            (CREATED, *[f'7  write({at(3, "/d/a")}, "{hexed(word)}", 2) = 2' for word in ("ab", "cd")]),
            [Write("a", 0, b"ab"), Write("a", 2, b"cd")],
        ),
        (
            (
                CREATED,
                f"7  lseek({at(3, '/d/a')}, 8, SEEK_SET) = 8",
                f'7  write({at(3, "/d/a")}, "{hexed("z")}", 1) = 1',
            ),
            [Write("a", 8, b"z")],
        ),
        ((CREATED, f"7  fsync({at(3, '/d/a')}) = 0"), [Sync("a", 1)]),
        ((CREATED, f"7  fdatasync({at(3, '/d/a')}) = -1 EIO (Input/output error) (INJECTED)"), [Failed("a", 1)]),
        ((CREATED, f"7  fsync({at(4, '/d')}) = 0"), [SyncFolder("", 1)]),
        ((CREATED, f"7  ftruncate({at(3, '/d/a')}, 512) = 0"), [Resize("a", 512)]),
        ((CREATED, f'7  rename("{hexed("/d/a")}", "{hexed("/d/b")}") = 0'), [Rename("a", "b")]),
        ((CREATED, f'7  link("{hexed("/d/a")}", "{hexed("/d/b")}") = 0'), [Link("a", "b")]),
        ((CREATED, f'7  unlink("{hexed("/d/a")}") = 0'), [Remove("a")]),
        ((CREATED, f'7  write({at(9, "/acks")}, "{hexed("A 001")}", 5) = 5'), [Mark("/acks", b"A 001")]),
        ((CREATED, f'7  pwrite64({at(5, "/d/a-shm")}, "{hexed("x")}", 1, 0) = 1'), []),
        ((CREATED, f'7  pwrite64({at(5, "/e/a")}, "{hexed("x")}", 1, 0) = 1', "7  +++ exited with 0 +++"), []),
    ],
)
def test_a_call_becomes_an_operation(lines: tuple[str, ...], operations: list[object]) -> None:
    assert read(*lines) == [*([Create("a")] if operations != [Create("a")] else []), *operations]


def test_a_symbolic_link_has_its_target_with_its_name() -> None:
    made = f'7  symlink("{hexed("/usr/bin/x")}", "{hexed("/d/b")}") = 0'
    assert read(made) == [Create("b"), Write("b", 0, LINK + b"/usr/bin/x"), Sync("b", 2)]
    disk = Disk()
    linked: list[Operation] = [Create("b"), Write("b", 0, LINK + b"/usr/bin/x"), Sync("b", 2), SyncFolder("", 3)]
    for place, operation in enumerate(linked):
        disk.do(place, operation)
    assert disk.strict() == {"b": LINK + b"/usr/bin/x"}


def test_an_answer_on_a_socket_counts_from_the_moment_it_is_handed_over() -> None:
    socket = "TCP:[127.0.0.1:80->127.0.0.1:4711]"
    begun = f'8  sendto(6<{socket}>, "{hexed("HTTP")}", 4, 0, NULL, 0 <unfinished ...>'
    written = f'7  pwrite64({at(3, "/d/a")}, "{hexed("x")}", 1, 0) = 1'
    assert read(CREATED, begun, written, "8  <... sendto resumed>) = 4") == [
        Create("a"),
        Mark(socket, b"HTTP"),
        Write("a", 0, b"x"),
    ]


def test_an_fsync_covers_only_what_was_written_before_it_began() -> None:
    begun = f"8  fsync({at(3, '/d/a')} <unfinished ...>"
    written = f'7  pwrite64({at(3, "/d/a")}, "{hexed("x")}", 1, 0) = 1'
    assert read(CREATED, begun, written, "8  <... fsync resumed>) = 0")[-1] == Sync("a", 1)


@pytest.mark.parametrize(
    "line",
    [
        f"7  mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, {at(3, '/d/a')}, 0) = 0x7f0000000000",
        f'7  rename("{hexed("/d/a")}", "{hexed("/elsewhere")}") = 0',
        f'7  link("{hexed("/d/a")}", "{hexed("/elsewhere")}") = 0',
        f'7  pwrite64({at(3, "/d/a")}, "{hexed("x")}"..., 9000000, 0) = 9000000',
        f"7  fallocate({at(3, '/d/a')}, 0, 0, 4096) = 0",
        f"7  syncfs({at(3, '/d/a')}) = 0",
    ],
)
def test_what_the_model_does_not_know_is_refused(line: str) -> None:
    with pytest.raises(TraceError):
        read(CREATED, line)
