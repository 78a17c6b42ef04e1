//! [`PositionedFile`]: a file read at given places, by several threads at once, without a shared position.

use std::{
    error, fmt,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    sync::Arc,
};

use rsa_core::{Error, Result};

/// An open file and the length it had when it was opened. Clones share the handle.
#[derive(Clone, Debug)]
pub(crate) struct PositionedFile {
    file: Arc<File>,
    length: u64,
}

impl PositionedFile {
    /// Opens the regular file at `path`.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let refused = |error| Error::io("cannot be opened", error);
        // This is checked before opening, because opening a named pipe may wait for ever.
        if !std::fs::metadata(path).map_err(refused)?.is_file() {
            return Err(Error::format("is no regular file; write the data to a file first"));
        }
        let file = File::open(path).map_err(refused)?;
        let length = file.metadata().map_err(refused)?.len();
        Ok(Self { file: Arc::new(file), length })
    }

    /// Returns the number of bytes of the file.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Fills `buffer` from the bytes that start at `offset`.
    pub(crate) fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        if offset.checked_add(buffer.len() as u64).is_none_or(|end| end > self.length) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut done = 0;
        while done < buffer.len() {
            match read_at(&self.file, &mut buffer[done..], offset + done as u64) {
                Ok(0) => return Err(became_shorter()),
                Ok(read) => done += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Returns a reader with a position of its own, from `offset` on.
    pub(crate) fn cursor(&self, offset: u64) -> Cursor {
        Cursor { file: self.clone(), position: offset }
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

// This call moves the position of the handle, which nothing reads.
#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// A position in a [`PositionedFile`]: an implementation of [`Read`].
#[derive(Clone, Debug)]
pub(crate) struct Cursor {
    file: PositionedFile,
    position: u64,
}

impl Read for Cursor {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A damaged file may ask for any position, also for one that the operating system refuses.
        let left = self.file.length.saturating_sub(self.position);
        let wanted = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        if wanted == 0 {
            return Ok(0);
        }
        let read = read_at(&self.file.file, &mut buffer[..wanted], self.position)?;
        if read == 0 {
            return Err(became_shorter());
        }
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for Cursor {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(offset) => self.file.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

/// The reason of a read that found less than the file had when it was opened.
#[derive(Debug)]
struct BecameShorter;

impl fmt::Display for BecameShorter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the file became shorter while it was read; read it again when it is complete")
    }
}

impl error::Error for BecameShorter {}

fn became_shorter() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, BecameShorter)
}

/// Returns the error of a failed read.
///
/// It is `Io` if the operating system refused or the file changed, and `Format` if the bytes ended or had no meaning.
pub(crate) fn read_error(what: impl Into<String>, error: io::Error) -> Error {
    let what = what.into();
    let changed = error.get_ref().is_some_and(|reason| reason.is::<BecameShorter>());
    if changed || error.raw_os_error().is_some() {
        Error::io(what, error)
    } else if error.kind() == io::ErrorKind::UnexpectedEof {
        Error::format(format!("{what}: the data end early; the file is truncated or damaged, write it again"))
    } else {
        Error::format(format!("{what}: {error}; the file is damaged, write it again"))
    }
}

/// Extensions of files that are kept compressed, with `.gz` behind: volumes of the brain, and trials.
const COMPRESSED: [&str; 4] = ["nii", "img", "hdr", "fif"];

/// Kinds of CIFTI-2 files, which stand before `.nii`.
const CIFTI_KINDS: [&str; 10] =
    ["dscalar", "dtseries", "dlabel", "pscalar", "ptseries", "plabel", "dconn", "pconn", "dpconn", "pdconn"];

/// Kinds of GIfTI files, which stand before `.gii`.
const GIFTI_KINDS: [&str; 5] = ["func", "shape", "label", "surf", "time"];

/// Returns the last part of `path` without its extension: the name of a layer that is alone in its file.
///
/// Of `sub-01.nii.gz` it is `sub-01`, and of `sub-01.dscalar.nii` and `sub-01.func.gii`, too.
pub fn stem(path: &Path) -> String {
    let bare = path.file_stem().unwrap_or_default();
    let is_double = is_compressed(path) || is_of_kind(path);
    let bare = if is_double { Path::new(bare).file_stem().unwrap_or_default() } else { bare };
    bare.to_string_lossy().into_owned()
}

/// Returns the extension of `path` in lower case, such as `npy` or `nii.gz`; empty if there is none.
pub(crate) fn extension(path: &Path) -> String {
    let last = last_extension(path);
    match is_compressed(path) {
        true => format!("{}.{last}", last_extension(&path.with_extension(""))),
        false => last,
    }
}

fn is_compressed(path: &Path) -> bool {
    last_extension(path) == "gz" && COMPRESSED.contains(&last_extension(&path.with_extension("")).as_str())
}

/// Returns `true` if the kind of the content stands before the extension, as CIFTI-2 and GIfTI files have it.
fn is_of_kind(path: &Path) -> bool {
    let kind = last_extension(&path.with_extension(""));
    match last_extension(path).as_str() {
        "nii" => CIFTI_KINDS.contains(&kind.as_str()),
        "gii" => GIFTI_KINDS.contains(&kind.as_str()),
        _ => false,
    }
}

/// Returns `true` if `path` is the name of a CIFTI-2 file, compressed or not.
pub(crate) fn is_named_cifti(path: &Path) -> bool {
    let plain = if is_compressed(path) { path.with_extension("") } else { path.to_owned() };
    last_extension(&plain) == "nii" && is_of_kind(&plain)
}

fn last_extension(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn cursors_do_not_disturb_one_another() {
        let mut named = tempfile::NamedTempFile::new().unwrap();
        named.write_all(b"0123456789").unwrap();
        let file = PositionedFile::open(named.path()).unwrap();
        let (mut a, mut b) = (file.cursor(2), file.cursor(0));
        let mut two = [0; 2];
        a.read_exact(&mut two).unwrap();
        assert_eq!(&two, b"23");
        assert_eq!(b.seek(SeekFrom::End(-1)).unwrap(), 9);
        a.read_exact(&mut two).unwrap();
        assert_eq!(&two, b"45");
        assert!(b.seek(SeekFrom::Current(-10)).is_err());
        file.read_exact_at(8, &mut two).unwrap();
        assert_eq!(&two, b"89");
        assert_eq!(file.read_exact_at(9, &mut two).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert_eq!(file.read_exact_at(u64::MAX, &mut two).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        b.seek(SeekFrom::Start(u64::MAX)).unwrap();
        assert_eq!(b.read(&mut two).unwrap(), 0);
    }

    #[test]
    fn a_file_that_becomes_shorter_is_an_error() {
        let mut named = tempfile::NamedTempFile::new().unwrap();
        named.write_all(b"0123456789").unwrap();
        let file = PositionedFile::open(named.path()).unwrap();
        named.as_file().set_len(4).unwrap();
        let mut read = Vec::new();
        let by_cursor = file.cursor(0).read_to_end(&mut read).unwrap_err();
        let by_place = file.read_exact_at(0, &mut [0; 10]).unwrap_err();
        for error in [by_cursor, by_place] {
            let error = read_error("reading", error);
            assert_eq!(error.kind().name(), "Io");
            assert!(error.to_string().contains("became shorter"), "{error}");
        }
        // What the file never had is another error.
        assert!(file.read_exact_at(8, &mut [0; 4]).unwrap_err().get_ref().is_none());
    }

    #[test]
    fn a_compressed_volume_has_an_extension_of_two_parts() {
        for (path, name, kind) in [
            ("a/sub-01.nii.gz", "sub-01", "nii.gz"),
            ("sub.1.IMG.GZ", "sub.1", "img.gz"),
            ("x.csv.gz", "x.csv", "gz"),
            ("x.npy", "x", "npy"),
            ("nii.gz", "nii", "gz"),
            ("sub-01_beta.dscalar.nii", "sub-01_beta", "nii"),
            ("sub.L.FUNC.gii", "sub.L", "gii"),
            ("sub.L.gii", "sub.L", "gii"),
            ("func.gii", "func", "gii"),
            (".gz", ".gz", ""),
        ] {
            assert_eq!(
                (stem(Path::new(path)), extension(Path::new(path))),
                (name.to_owned(), kind.to_owned()),
                "{path}"
            );
        }
    }

    #[test]
    fn a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(PositionedFile::open(folder.path()).unwrap_err().kind().name(), "Format");
        assert_eq!(PositionedFile::open(&folder.path().join("none")).unwrap_err().kind().name(), "Io");
    }
}
