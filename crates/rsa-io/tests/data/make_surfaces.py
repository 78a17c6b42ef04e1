"""Writes the files of cifti/ and gifti/ and what nibabel reads in them: python make_surfaces.py, with nibabel 5.3.2 and
NumPy 2.4.6.

goldens.json in cifti/ has, for every file that is read, the values (a row a map), the names of the maps, and for each
structure its columns, vertices or voxels and their positions; in gifti/ the values of every array, names and structure,
and of surfaces the positions, to which the transform is applied here.
"""

import base64
import json
import zlib
from pathlib import Path

import nibabel
import numpy as np
from nibabel import cifti2, gifti

FOLDER = Path(__file__).parent
AFFINE = np.array([[-2.0, 0, 0, 90], [0, 2, 0.5, -126], [0, 0, 2, -72], [0, 0, 0, 1]])


def models():
    """Left and right cortex without some vertices, and two nuclei; nibabel orders voxels with z fastest."""
    volume = np.zeros((4, 5, 3), dtype=object)
    volume[:] = ""
    volume[1, 2, 0] = volume[1, 1, 2] = volume[3, 0, 1] = "thalamus_left"
    volume[0, 4, 2] = volume[2, 2, 2] = "brain_stem"
    axes = [
        cifti2.BrainModelAxis.from_surface([0, 2, 3, 7], 8, "CortexLeft"),
        cifti2.BrainModelAxis.from_surface([1, 2, 6], 8, "CortexRight"),
        cifti2.BrainModelAxis.from_mask(volume == "thalamus_left", "thalamus_left", AFFINE),
        cifti2.BrainModelAxis.from_mask(volume == "brain_stem", "brain_stem", AFFINE),
    ]
    return sum(axes[1:], axes[0])


def numbers(rows, columns, dtype="f4"):
    return ((np.arange(rows * columns).reshape(rows, columns) * 37 % 101) / 8 - 5).astype(dtype)


def parcels():
    values = [np.array([[1, 2, 0]]), np.zeros((0, 3), int)]
    vertices = [{}, {"CIFTI_STRUCTURE_CORTEX_LEFT": np.array([2, 3])}]
    return cifti2.ParcelsAxis(
        ["nucleus", "V1"], values, vertices, AFFINE, (4, 5, 3), {"CIFTI_STRUCTURE_CORTEX_LEFT": 8}
    )


def labels():
    table = {0: ("???", (0, 0, 0, 0)), 3: ("FFA & more", (1, 0, 0, 1)), 7: ("V1", (0, 1, 0, 1))}
    return cifti2.LabelAxis(["atlas"], [table])


def write_cifti():
    folder = FOLDER / "cifti"
    folder.mkdir(exist_ok=True)
    maps = cifti2.ScalarAxis(["cat", "big dog", "ée"])
    series = cifti2.SeriesAxis(0, 0.72, 5)
    gray = models()
    seven = cifti2.BrainModelAxis.from_surface(np.arange(8), 8, "CortexLeft")
    labeled = np.array([[0, 3, 7, 7, 0, 0, 3, 3]])
    shuffled = cifti2.BrainModelAxis.from_surface([5, 1, 4], 8, "CortexRight")
    files = {
        "maps.dscalar.nii": ((maps, gray), numbers(3, len(gray)), "<"),
        "big.dscalar.nii": ((maps, gray), numbers(3, len(gray)), ">"),
        "double.dscalar.nii": ((maps, gray), numbers(3, len(gray), "f8"), "<"),
        "whole.dscalar.nii": ((maps, gray), numbers(3, len(gray), "i2"), "<"),
        "one.dscalar.nii": ((cifti2.ScalarAxis(["only"]), gray), numbers(1, len(gray)), "<"),
        "columns.dscalar.nii": ((gray, maps), numbers(3, len(gray)).T, "<"),
        "shuffled.dscalar.nii": ((maps, shuffled), numbers(3, 3), "<"),
        "series.dtseries.nii": ((series, gray), numbers(5, len(gray)), "<"),
        "parcels.pscalar.nii": ((maps, parcels()), numbers(3, 2), "<"),
        "parcels.ptseries.nii": ((series, parcels()), numbers(5, 2), "<"),
        "atlas.dlabel.nii": ((labels(), seven), labeled.astype("f4"), "<"),
        "links.dconn.nii": ((seven, seven), numbers(8, 8), "<"),
    }
    goldens = {}
    for name, (axes, data, order) in files.items():
        header = nibabel.Nifti2Header(endianness=order)
        header.set_data_dtype(data.dtype.newbyteorder(order))
        image = cifti2.Cifti2Image(data, cifti2.Cifti2Header.from_axes(axes), header)
        image.update_headers()
        kind = name.split(".")[1]
        header = image.nifti_header
        intents = {"dscalar": 3006, "dtseries": 3002, "pscalar": 3008, "ptseries": 3004, "dlabel": 3007, "dconn": 3001}
        header["intent_code"] = intents[kind]
        image.to_filename(folder / name)
        if kind in ("dlabel", "dconn"):
            continue
        read = nibabel.load(folder / name)
        axes = [read.header.get_axis(k) for k in (0, 1)]
        values = read.get_fdata()
        if isinstance(axes[0], cifti2.BrainModelAxis):
            axes, values = axes[::-1], values.T
        golden = {"values": values.tolist()}
        if isinstance(axes[0], cifti2.ScalarAxis):
            golden["names"] = [str(label) for label in axes[0].name]
        if isinstance(axes[1], cifti2.ParcelsAxis):
            golden["features"] = [str(label) for label in axes[1].name]
        else:
            golden["structures"] = [structure(name, span, axis) for name, span, axis in axes[1].iter_structures()]
        goldens[name] = golden
    (folder / "goldens.json").write_text(json.dumps(goldens, indent=1, ensure_ascii=False) + "\n")


def structure(name, span, axis):
    golden = {"name": name.removeprefix("CIFTI_STRUCTURE_"), "count": len(axis)}
    if axis.surface_mask.all():
        golden["vertices"] = axis.vertex.tolist()
    else:
        golden["voxels"] = axis.voxel.tolist()
        golden["positions"] = nibabel.affines.apply_affine(axis.affine, axis.voxel).tolist()
    return golden


def data_array(data, intent, encoding, endian="LittleEndian", order="RowMajorOrder", name=None, inner="", folded=False):
    """Returns the XML of an array. nibabel writes one byte order and one order of the axes."""
    words = {"f4": "FLOAT32", "i4": "INT32", "u1": "UINT8", "f8": "FLOAT64", "i2": "INT16"}
    kind = words[data.dtype.str[1:]]
    flat = data.ravel("F" if order == "ColumnMajorOrder" else "C")
    raw = flat.astype(data.dtype.newbyteorder(">" if "BIG" in endian.upper() else "<"))
    if encoding in ("ASCII", "GIFTI_ENCODING_ASCII"):
        text = "\r\n".join(repr(float(x)) if kind[0] == "F" else str(x) for x in flat)
    else:
        raw = raw.tobytes()
        text = base64.b64encode(zlib.compress(raw) if "GZ" in encoding.upper() else raw).decode()
    if folded:
        text = "\n   ".join(text[k : k + 11] for k in range(0, len(text), 11))
    dims = " ".join(f'Dim{k}="{n}"' for k, n in enumerate(data.shape))
    meta = f"<MD><Name><![CDATA[Name]]></Name><Value><![CDATA[{name}]]></Value></MD>" if name else ""
    return (
        f'<DataArray Intent="NIFTI_INTENT_{intent}" DataType="NIFTI_TYPE_{kind}" ArrayIndexingOrder="{order}" '
        f'Dimensionality="{data.ndim}" {dims} Encoding="{encoding}" Endian="{endian}" ExternalFileName="" '
        f'ExternalFileOffset=""><MetaData>{meta}</MetaData>{inner}<Data>{text}</Data></DataArray>\n'
    )


def gifti_file(arrays, structure=None, table=""):
    meta = f"<MD><Name>AnatomicalStructurePrimary</Name><Value>{structure}</Value></MD>" if structure else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE GIFTI SYSTEM "http://www.nitrc.org/frs/download.php/115/gifti.dtd">\n'
        f'<GIFTI Version="1.0" NumberOfDataArrays="{len(arrays)}"><MetaData>{meta}</MetaData>{table}\n'
        + "".join(arrays)
        + "</GIFTI>\n"
    )


def transform(matrix, space):
    text = "\n".join(" ".join(map(str, row)) for row in matrix)
    return (
        "<CoordinateSystemTransformMatrix><DataSpace><![CDATA[NIFTI_XFORM_UNKNOWN]]></DataSpace><TransformedSpace>"
        f"<![CDATA[{space}]]></TransformedSpace><MatrixData>{text}</MatrixData></CoordinateSystemTransformMatrix>"
    )


def write_gifti():
    folder = FOLDER / "gifti"
    folder.mkdir(exist_ok=True)
    x = numbers(3, 6)
    names = ["cat", "dog", "owl"]
    gz = "GZipBase64Binary"

    def maps(encoding, dtype="f4", **more):
        return [data_array(row.astype(dtype), "NONE", encoding, name=name, **more) for row, name in zip(x, names)]

    old = dict(endian="GIFTI_ENDIAN_LITTLE")
    files = {
        "ascii.func.gii": gifti_file(maps("ASCII"), "CortexLeft"),
        "binary.func.gii": gifti_file(maps("Base64Binary"), "CortexLeft"),
        "zipped.func.gii": gifti_file(maps(gz), "CortexRight"),
        "big.func.gii": gifti_file(maps(gz, endian="BigEndian"), "CortexRight"),
        "big_binary.shape.gii": gifti_file(maps("Base64Binary", "f8", endian="BigEndian")),
        "folded.shape.gii": gifti_file(maps("Base64Binary", folded=True)),
        "whole.func.gii": gifti_file(maps(gz, "i4")),
        "bytes.func.gii": gifti_file([data_array((row + 8).astype("u1"), "NONE", gz) for row in x]),
        "mixed.func.gii": gifti_file(maps(gz, "i2")[:1] + maps(gz)[1:]),
        "old.func.gii": gifti_file(maps("GIFTI_ENCODING_B64GZ", **old), "CortexLeft"),
        "old_binary.func.gii": gifti_file(maps("GIFTI_ENCODING_B64BIN", endian="GIFTI_ENDIAN_BIG")),
        "series.func.gii": gifti_file([data_array(row, "TIME_SERIES", gz, name="time") for row in x]),
        "column.shape.gii": gifti_file([data_array(row[:, None], "SHAPE", gz, name=name) for row, name in zip(x, names)]),
    }
    table = (
        '<LabelTable><Label Key="0" Red="0" Green="0" Blue="0" Alpha="0"><![CDATA[???]]></Label>'
        '<Label Key="2" Red="1" Green="0" Blue="0" Alpha="1"><![CDATA[FFA]]></Label>'
        '<Label Key="5" Red="0" Green="1" Blue="0" Alpha="1"><![CDATA[V1]]></Label></LabelTable>'
    )
    regions = data_array(np.array([2, 0, 5, 5, 2, 0], "i4"), "LABEL", gz)
    (folder / "atlas.label.gii").write_text(gifti_file([regions], "CortexLeft", table))
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], "f4") * 10 + 0.5
    triangles = np.array([[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]], "i4")
    moved = np.array([[0, -1, 0, 5.0], [1, 0, 0, -3.25], [0, 0, 2, 0], [0, 0, 0, 1]])
    surfaces = {"plain.surf.gii": np.eye(4), "moved.surf.gii": moved, "columns.surf.gii": moved}
    for name, matrix in surfaces.items():
        order = "ColumnMajorOrder" if name == "columns.surf.gii" else "RowMajorOrder"
        inner = transform(matrix, "NIFTI_XFORM_SCANNER_ANAT") if name != "plain.surf.gii" else ""
        arrays = [
            data_array(vertices, "POINTSET", gz, order=order, inner=inner),
            data_array(triangles, "TRIANGLE", "ASCII", order=order),
        ]
        files[name] = gifti_file(arrays, "CortexLeft")
    goldens = {}
    for name, text in files.items():
        (folder / name).write_text(text, newline="")
        read = nibabel.load(folder / name)
        structure = read.meta.get("AnatomicalStructurePrimary")
        arrays = [array.data for array in read.darrays]
        if name in surfaces:
            arrays[0] = nibabel.affines.apply_affine(surfaces[name], arrays[0].astype(float))
        golden = {"structure": structure, "arrays": [np.squeeze(array).astype(float).tolist() for array in arrays]}
        golden["names"] = [array.meta.get("Name") for array in read.darrays]
        goldens[name] = golden
    (folder / "goldens.json").write_text(json.dumps(goldens, indent=1) + "\n")


if __name__ == "__main__":
    write_cifti()
    write_gifti()
