"""forge.py ARCHIVE OLD NEW: an archive of `image save` whose first member says NEW in place of OLD.
forge.py ARCHIVE CASE: one with a hostile member more, and the digest that is right for it.
"""
import hashlib
import io
import sys
import tarfile

with tarfile.open(sys.argv[1]) as archive:
    first = archive.next()
    known = archive.extractfile(first).read()
    skip = 512 + (len(known) + 511) // 512 * 512
rest = open(sys.argv[1], 'rb').read()[skip:]


def member(name, **fields):
    info = tarfile.TarInfo(name)
    for key, value in fields.items():
        setattr(info, key, value)
    return info


if len(sys.argv) == 4:
    old, new = (text.encode() for text in sys.argv[2:])
    assert old in known
    known = known.replace(old, new)
else:
    text = io.BytesIO()
    with tarfile.open(fileobj=text, mode='w') as more:
        if sys.argv[2] == 'absolute':
            more.addfile(member('/tmp/cash-escaped'))
        elif sys.argv[2] == 'dots':
            more.addfile(member('./../cash-escaped'))
        elif sys.argv[2] == 'device':
            more.addfile(member('./disk', type=tarfile.BLKTYPE, devmajor=7, devminor=0))
        elif sys.argv[2] == 'link':
            more.addfile(member('./way', type=tarfile.SYMTYPE, linkname='/tmp'))
            more.addfile(member('./way/cash-escaped'))
    rest = rest[:-1024] + text.getvalue()
    known = known.replace(known[known.index(b'sha256 ') + 7:][:64], hashlib.sha256(rest).hexdigest().encode(), 1)

info = member('./.cash-image', size=len(known), mode=0o644)
out = io.BytesIO()
with tarfile.open(fileobj=out, mode='w', format=tarfile.USTAR_FORMAT) as archive:
    archive.addfile(info, io.BytesIO(known))
sys.stdout.buffer.write(out.getvalue()[:512 + (len(known) + 511) // 512 * 512] + rest)
