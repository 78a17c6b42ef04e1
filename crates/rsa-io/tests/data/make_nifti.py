"""Writes the files of nifti/ and what nibabel reads in them: python make_nifti.py, with nibabel 5.4.2 and NumPy 2.4.6.

goldens.json has, for every file that is read, the shape of a volume, the affine, and the values, a row a volume.
"""

import gzip
import io
import json
from pathlib import Path

import nibabel
import numpy as np
from nibabel.nifti1 import Nifti1Extension

FOLDER = Path(__file__).parent / "nifti"
TYPES = ["uint8", "int16", "int32", "float32", "float64", "int8", "uint16", "uint32", "int64", "uint64"]
KINDS = {1: (nibabel.Nifti1Image, nibabel.Nifti1Pair), 2: (nibabel.Nifti2Image, nibabel.Nifti2Pair)}
SHEARED = np.array([[2.0, 0.1, 0, -31.5], [0, 1.75, 0.25, 12], [-0.5, 0, 3, 7.125], [0, 0, 0, 1]])


def numbers(dtype, shape=(3, 2, 2, 3)):
    """Numbers that differ in every voxel, with the ends of the type among them."""
    count = np.arange(np.prod(shape)).reshape(shape, order="F")
    if np.dtype(dtype).kind == "f":
        return (count * 0.37 - 5).astype(dtype)
    values = count.astype(dtype)
    ends = np.iinfo(dtype)
    values.flat[:2] = [ends.min, ends.max]
    return values


def image(data, version=1, order="<", affine=None, sform=0, qform=0, scaling=None, pair=False):
    header_class = KINDS[version][pair].header_class
    header = header_class(endianness=order)
    header.set_data_dtype(data.dtype.newbyteorder(order))
    header.set_data_shape(data.shape)
    header.set_zooms([2.0, 2.5, 3.0, 1.5, 1.0, 1.0, 1.0][: data.ndim])
    header.set_xyzt_units("mm", "sec")
    if affine is not None:
        header.set_sform(affine, sform)
        header.set_qform(affine, qform, strip_shears=True)
    return header, data, scaling


def header_bytes(header, scaling, offset):
    header["vox_offset"] = offset
    if scaling:
        header["scl_slope"], header["scl_inter"] = scaling
    header["magic"] = header.pair_magic if offset == 0 else header.single_magic
    return header.binaryblock


def single(header, data, scaling=None, extensions=()):
    """Returns the bytes of one file; nibabel's own writer would choose a slope."""
    if extensions:
        file = io.BytesIO()
        extensions = nibabel.nifti1.Nifti1Extensions(extensions)
        extensions.write_to(file, header.endianness == ">")
        inner = b"\1\0\0\0" + file.getvalue()
    else:
        inner = b"\0\0\0\0"
    offset = len(header.binaryblock) + len(inner)
    raw = data.astype(header.get_data_dtype()).tobytes(order="F")
    return header_bytes(header, scaling, offset) + inner + raw


def write(name, content):
    (FOLDER / name).write_bytes(content)


def compressed(content):
    return gzip.compress(content, mtime=0)


def main():
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.iterdir():
        path.unlink()
    for dtype in TYPES:
        write(f"{dtype}.nii", single(*image(numbers(dtype), affine=SHEARED, sform=1)))
        write(f"{dtype}_2_big.nii", single(*image(numbers(dtype), 2, ">", affine=SHEARED, sform=2)))
    write("big.nii", single(*image(numbers("int16"), 1, ">", affine=SHEARED, sform=1)))
    write("version_2.nii", single(*image(numbers("float32"), 2, "<", affine=SHEARED, sform=1)))

    for name, version, dtype, scaling in [
        ("slope", 1, "int16", (0.1, -3.5)),
        ("slope_2", 2, "uint8", (0.1, 12.25)),
        ("slope_float", 1, "float32", (0.3, 0.0)),
        ("slope_zero", 1, "int16", (0.0, 7.0)),
        ("slope_nan", 1, "int16", (np.nan, np.nan)),
        ("intercept", 1, "int16", (1.0, 100.0)),
    ]:
        write(f"{name}.nii", single(*image(numbers(dtype), version, scaling=scaling)))

    turned = nibabel.affines.from_matvec(
        nibabel.eulerangles.euler2mat(0.3, -0.2, 1.1) @ np.diag([2.0, 2.5, 3.0]), [10, -20, 30.5]
    )
    mirrored = turned @ np.diag([1, 1, -1, 1])
    half_turn = np.diag([-2.0, 2.5, -3.0, 1])
    almost = nibabel.affines.from_matvec(nibabel.eulerangles.euler2mat(0, 3.14159, 0) @ np.diag([2.0, 2.5, 3.0]), [1, 2, 3])
    for name, affine in [("turned", turned), ("mirrored", mirrored), ("half_turn", half_turn), ("almost", almost)]:
        for version in [1, 2]:
            write(f"qform_{name}_{version}.nii", single(*image(numbers("uint8"), version, affine=affine, qform=1)))
    write("both.nii", single(*image(numbers("uint8"), affine=SHEARED, sform=4, qform=1)))
    write("neither.nii", single(*image(numbers("uint8"))))

    write("one_axis.nii", single(*image(numbers("uint8", (5,)))))
    write("two_axes.nii", single(*image(numbers("uint8", (4, 3)))))
    write("three_axes.nii", single(*image(numbers("uint8", (3, 2, 2)))))
    write("six_axes.nii", single(*image(numbers("uint8", (2, 1, 3, 2, 1, 2)))))
    write("trailing.nii", single(*image(numbers("uint8", (3, 2, 2, 1, 1)))))

    comment = Nifti1Extension("comment", b"made by make_nifti.py")
    write("extension.nii", single(*image(numbers("int16"), affine=SHEARED, sform=1), extensions=[comment]))
    write("compressed.nii.gz", compressed(single(*image(numbers("float32"), affine=SHEARED, sform=1))))
    two = single(*image(numbers("float32"), 2, affine=SHEARED, sform=1))
    write("two_members.nii.gz", compressed(two[:600]) + compressed(two[600:]))

    for name, version, order, pack, end in [
        ("pair", 1, "<", bytes, ""),
        ("pair_2_big", 2, ">", bytes, ""),
        ("pair_compressed", 1, "<", compressed, ".gz"),
    ]:
        header, data, _ = image(numbers("int16"), version, order, affine=SHEARED, sform=1, pair=True)
        write(f"{name}.hdr{end}", pack(header_bytes(header, None, 0) + b"\0\0\0\0"))
        write(f"{name}.img{end}", pack(data.astype(header.get_data_dtype()).tobytes(order="F")))

    goldens = {}
    for path in sorted(FOLDER.iterdir()):
        if path.suffix == ".json" or ".hdr" in path.name:
            continue
        loaded = nibabel.load(path)
        values = loaded.get_fdata()
        values = values.reshape(values.shape + (1,) * (4 - values.ndim)) if values.ndim < 4 else values
        rows = values.reshape((-1, int(np.prod(values.shape[3:]))), order="F").T
        goldens[path.name] = {
            "shape": values.shape[:3],
            "affine": loaded.affine[:3].tolist(),
            "values": rows.tolist(),
        }
    lines = (f"{json.dumps(name)}: {json.dumps(golden)}" for name, golden in goldens.items())
    (FOLDER / "goldens.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")

    # What is refused by name.
    for name, dtype in [("complex", "complex64"), ("rgb", [("R", "u1"), ("G", "u1"), ("B", "u1")])]:
        write(f"{name}.nii", single(*image(np.zeros((2, 2, 1, 2), dtype=dtype))))

    # Maps as rsakit writes them, put together by nibabel from the header of a reference.
    one = [[0.5, -1.25, 3e-9]]
    two = [*one, [1, 2, 1 / 3]]
    for name, reference, maps in [
        ("both", "both", one),
        ("neither", "neither", two),
        ("turned_1", "qform_turned_1", one),
        ("turned_2", "qform_turned_2", two),
        ("big", "int16_2_big", one),
    ]:
        given = nibabel.load(FOLDER / f"{reference}.nii").header
        header = type(given)(endianness="<")
        header.set_data_dtype("<f4")
        values = np.full((12, len(maps)), np.nan, dtype="f4")
        values[[1, 5, 10]] = np.array(maps).T
        shape = given.get_data_shape()[:3]
        data = values.reshape(*shape, len(maps), order="F")
        data = data[..., 0] if len(maps) == 1 else data
        header.set_data_shape(data.shape)
        header["pixdim"][:4] = given["pixdim"][:4]
        for field in ["qform_code", "sform_code", "xyzt_units", "srow_x", "srow_y", "srow_z"]:
            header[field] = given[field]
        for field in ["quatern_b", "quatern_c", "quatern_d", "qoffset_x", "qoffset_y", "qoffset_z"]:
            header[field] = given[field]
        header["descrip"] = b"rsakit 0.1.0"
        if "regular" in header:
            header["regular"] = b"r"
        write(f"written_{name}.nii", single(header, data, (1, 0)))
        loaded = nibabel.load(FOLDER / f"written_{name}.nii")
        assert np.array_equal(loaded.affine, nibabel.load(FOLDER / f"{reference}.nii").affine)
        assert np.array_equal(loaded.get_fdata(), data, equal_nan=True)


main()
print(f"{sum(path.stat().st_size for path in FOLDER.iterdir())} bytes in {FOLDER}")
