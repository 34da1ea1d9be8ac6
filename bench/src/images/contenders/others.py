"""What a program without an image engine does: `others.py pillow` or `others.py vipsthumbnail`.

Reads a path a line, makes four WebP variants, answers the CPU microseconds it took (of child processes, too).
"""

import io
import os
import resource
import subprocess
import sys
import tempfile

bounds = (150, 300, 600, 1200)


def pillow(path, _folder):
    from PIL import Image

    with Image.open(path) as image:
        for bound in bounds:
            copy = image.copy()
            copy.thumbnail((bound, bound), Image.Resampling.LANCZOS)
            copy.save(io.BytesIO(), "WEBP", quality=85)


def vipsthumbnail(path, folder):
    for bound in bounds:
        out = os.path.join(folder, f"{bound}.webp[Q=85,strip]")
        subprocess.run(["vipsthumbnail", path, "-s", f"{bound}x{bound}>", "-o", out], check=True)


def cpu_microseconds():
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(sum(usage.ru_utime + usage.ru_stime for usage in both) * 1_000_000)


build = {"pillow": pillow, "vipsthumbnail": vipsthumbnail}[sys.argv[1]]
os.environ["VIPS_CONCURRENCY"] = "1"
with tempfile.TemporaryDirectory() as folder:
    for line in sys.stdin:
        before = cpu_microseconds()
        build(line.rstrip("\n"), folder)
        print(cpu_microseconds() - before, flush=True)
