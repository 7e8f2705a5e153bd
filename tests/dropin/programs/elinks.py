"""elinks.py -- shows page.html with elinks on a pseudo-terminal, until its hooks have said so in `messages`."""
import os
import pty
import select
import signal
import time

pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execvp("elinks", ["elinks", "-no-connect", "1", "-config-dir", os.environ["HOME"] + "/.elinks", "page.html"])


def said(word):
    """Whether a hook has written `word`."""
    if not os.path.exists("messages"):
        return False
    with open("messages", encoding="utf-8") as file:
        return word in file.read()


def show_until(word, seconds):
    """Takes what elinks draws until a hook says `word`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not said(word):
        if select.select([terminal], [], [], 0.05)[0]:
            os.read(terminal, 65536)


try:
    show_until("format", 20)
    show_until("no such word", 0.5)
    for key in b"q\r":
        os.write(terminal, bytes([key]))
        show_until("quit", 5)
except OSError:
    pass  # elinks has closed its end
os.kill(pid, signal.SIGTERM)
os.waitpid(pid, 0)
