"""What a volume file's header says beyond the grid: whether its voxels are all there, and whether sides are known."""

from __future__ import annotations

import gzip
import re
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from DynamicSpineLib.Errors import InputError

_LARGEST_HEADER = 1024 * 1024
_COUNT = re.compile("[1-9][0-9]{0,11}")
_NRRD_BYTES = {
    "signed char": 1, "int8": 1, "int8_t": 1, "uchar": 1, "unsigned char": 1, "uint8": 1, "uint8_t": 1,
    "short": 2, "short int": 2, "signed short": 2, "signed short int": 2, "int16": 2, "int16_t": 2,
    "ushort": 2, "unsigned short": 2, "unsigned short int": 2, "uint16": 2, "uint16_t": 2,
    "int": 4, "signed int": 4, "int32": 4, "int32_t": 4, "uint": 4, "unsigned int": 4, "uint32": 4, "uint32_t": 4,
    "longlong": 8, "long long": 8, "long long int": 8, "int64": 8, "int64_t": 8, "signed long long": 8,
    "ulonglong": 8, "unsigned long long": 8, "uint64": 8, "uint64_t": 8, "float": 4, "double": 8,
}  # fmt: skip
_META_BYTES = {"CHAR": 1, "UCHAR": 1, "SHORT": 2, "USHORT": 2, "INT": 4, "UINT": 4, "FLOAT": 4, "DOUBLE": 8,
               "LONG_LONG": 8, "ULONG_LONG": 8}  # fmt: skip


def checkContent(path: Path) -> None:
    """Raise InputError where the voxels are cut short or lie in another file. Compressed ones are not unpacked."""
    try:
        if path.stat().st_size == 0:
            raise InputError("is empty")
        lower = path.name.lower()
        if lower.endswith(".nrrd"):
            _checkNrrd(path)
        elif lower.endswith(".mha"):
            _checkMeta(path)
        else:
            _checkNifti(path)
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror or error})") from None


def statesSides(path: Path, information: Any) -> bool:
    """False where the file does not say which way its axes run in the patient. information: SimpleITK's reader."""
    lower = path.name.lower()
    if lower.endswith((".nii", ".nii.gz")):
        codes = [information.GetMetaData(key) if information.HasMetaDataKey(key) else "0"
                 for key in ("qform_code", "sform_code")]  # fmt: skip
        return any(code not in ("0", "NIFTI_XFORM_UNKNOWN") for code in codes)
    if lower.endswith(".nrrd"):
        return nrrdFields(path)[0].get("space", "").replace("-", " ").lower() in (
            "right anterior superior", "ras", "left anterior superior", "las", "left posterior superior", "lps",
        )
    if lower.endswith(".mha"):
        fields = metaFields(path)[0]
        return any(key in fields for key in ("transformmatrix", "orientation", "rotation"))
    return True


def nrrdFields(path: Path) -> tuple[dict[str, str], int]:
    """The fields of an NRRD header, keys in lower case, and the offset at which the voxels begin."""
    with path.open("rb") as file:
        head = file.read(_LARGEST_HEADER)
    end = re.search(rb"\r?\n\r?\n", head)
    if not head.startswith(b"NRRD") or end is None:
        return {}, 0
    fields = {}
    for line in head[: end.start()].decode("latin-1").splitlines()[1:]:
        key, colon, value = line.partition(":")
        if colon and not value.startswith("=") and not key.startswith("#"):
            fields[key.strip().lower()] = value.strip()
    return fields, end.end()


def metaFields(path: Path) -> tuple[dict[str, str], int]:
    """The fields of a MetaImage header, keys in lower case, and the offset at which the voxels begin."""
    with path.open("rb") as file:
        head = file.read(_LARGEST_HEADER)
    match = re.search(rb"^ElementDataFile[ \t]*=[^\n]*\n", head, re.MULTILINE)
    if match is None:
        return {}, 0
    lines = head[: match.end()].decode("latin-1").splitlines()
    pairs = (line.partition("=") for line in lines)
    return {key.strip().lower(): value.strip() for key, equals, value in pairs if equals}, match.end()


def _checkNrrd(path: Path) -> None:
    fields, offset = nrrdFields(path)
    if not fields:
        raise InputError("is not an NRRD file, or its header is cut short")
    if "data file" in fields or "datafile" in fields:
        raise InputError("keeps its voxels in another file; save it as one file")
    itemBytes = _NRRD_BYTES.get(fields.get("type", "").lower())
    voxels = _product(fields.get("sizes", ""))
    if itemBytes is None or not voxels:
        raise InputError("its header gives no voxel type or size that is read")
    encoding = fields.get("encoding", "").lower()
    skips = any(fields.get(key, "0") != "0" for key in ("line skip", "lineskip", "byte skip", "byteskip"))
    if not skips:
        _checkVoxels(path, offset, itemBytes * voxels, encoding)


def _checkMeta(path: Path) -> None:
    fields, offset = metaFields(path)
    if not fields:
        raise InputError("is not a MetaImage file, or its header is cut short")
    if fields.get("elementdatafile", "").upper() != "LOCAL":
        raise InputError("keeps its voxels in another file; save it as one file")
    itemBytes = _META_BYTES.get(fields.get("elementtype", "").upper().removeprefix("MET_"))
    voxels = _product(fields.get("dimsize", ""))
    if itemBytes is None or not voxels or not _hasSoundCounts(fields):
        raise InputError("its header gives no voxel type or size that is read")
    if fields.get("compresseddata", "False").lower() == "true":
        stated = fields.get("compresseddatasize", "0")
        if _COUNT.fullmatch(stated) and path.stat().st_size < offset + int(stated):
            raise _cutShort()
    else:
        _checkVoxels(path, offset, itemBytes * voxels, "raw")


def _hasSoundCounts(fields: Mapping[str, str]) -> bool:
    """True where every list in a MetaImage header is as long as its dimension asks for.

    ITK's reader believes the counts and writes past its memory where they are wrong.
    """
    dimension = fields.get("ndims", "")
    if dimension not in ("2", "3", "4") or not all(line.isascii() for line in (*fields, *fields.values())):
        return False
    count = int(dimension)
    lengths = {"dimsize": count, "elementspacing": count, "elementsize": count, "offset": count, "position": count,
               "origin": count, "centerofrotation": count, "transformmatrix": count**2, "orientation": count**2,
               "rotation": count**2}  # fmt: skip
    return all(len(fields[key].split()) == length for key, length in lengths.items() if key in fields)


def _checkNifti(path: Path) -> None:
    packed = path.name.lower().endswith(".gz")
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            head = file.read(352)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError("is not a gzip file, or it is cut short") from None
    order = next((order for order in "<>" if len(head) >= 348 and struct.unpack(order + "i", head[:4])[0] == 348), "")
    if not order:
        raise InputError("is not a NIfTI file, or its header is cut short")
    dims = struct.unpack(order + "8h", head[40:56])
    bits = struct.unpack(order + "h", head[72:74])[0]
    start = struct.unpack(order + "f", head[108:112])[0]
    if not 1 <= dims[0] <= 7 or min(dims[1 : dims[0] + 1]) < 1 or bits < 1 or not 0 <= start < 1e9:
        raise InputError("its header gives no voxel type or size that is read")
    voxels = 1
    for count in dims[1 : dims[0] + 1]:
        voxels *= count
    expected = int(start) + voxels * bits // 8
    if packed:
        _checkGzip(path, 0, expected)
    elif path.stat().st_size < expected:
        raise _cutShort()


def _checkVoxels(path: Path , offset: int, expected: int, encoding: str) -> None:
    if encoding == "raw" and path.stat().st_size < offset + expected:
        raise _cutShort()
    if encoding in ("gzip", "gz"):
        _checkGzip(path, offset, expected)


def _checkGzip(path: Path , offset: int, expected: int) -> None:
    """A gzip stream ends with its unpacked length; where that differs, unpacking tells (it may be in several parts)."""
    with path.open("rb") as file:
        file.seek(max(offset, path.stat().st_size - 4))
        tail = file.read(4)
        if len(tail) == 4 and struct.unpack("<I", tail)[0] == expected % 2**32:
            return
        file.seek(offset)
        if _unpackedBytes(file, expected) < expected:
            raise _cutShort()


def _unpackedBytes(file: Any, most: int) -> int:
    """How many bytes a gzip stream gives, counted up to `most`; what is damaged gives none."""
    count = 0
    try:
        with gzip.GzipFile(fileobj=file) as stream:
            while count < most and (block := stream.read(1024 * 1024)):
                count += len(block)
    except (EOFError, OSError, zlib.error):
        return count
    return count


def _product(text: str) -> int:
    counts = text.split()
    if not counts or len(counts) > 7 or not all(_COUNT.fullmatch(count) for count in counts):
        return 0
    total = 1
    for count in counts:
        total *= int(count)
    return total


def _cutShort() -> InputError:
    return InputError("is cut short: voxels are missing at its end")
