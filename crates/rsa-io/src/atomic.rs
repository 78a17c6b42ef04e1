//! [`write_atomically`]: a file appears whole or not at all.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use rsa_core::{Error, Result};

/// Writes the file `path` through `write`: all of it, or nothing.
///
/// The bytes go into a temporary file of the same folder that takes the name `path` when `write` has succeeded. If
/// anything fails, the temporary file is gone and a file that was at `path` is as it was. A file that exists is
/// replaced only with `force`. A device or a pipe is written to as it is.
///
/// # Errors
/// `Io`, naming `path`, if the file exists, or if the system or `write` fails.
pub fn write_atomically(path: &Path, force: bool, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    try_write(path, force, write).map_err(|error| Error::io(format!("writing {}", path.display()), error))
}

fn try_write(path: &Path, force: bool, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // Refused at once, before `write` works for nothing; `persist_noclobber` below refuses again, without a race.
    let through_links = match path.metadata() {
        Ok(there) if there.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        // A device or a pipe holds nothing to lose, and renaming a file over it would remove it from the system.
        Ok(there) if !there.is_file() => return fill(&mut File::options().write(true).open(path)?, write),
        Ok(_) if !force => return Err(exists()),
        // The file that a link leads to is replaced, and the link stays.
        Ok(_) => path.canonicalize()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(error),
    };
    let path = through_links.as_path();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".rsakit-");
    #[cfg(unix)]
    // Temporary files are private; a result has the permissions of any other new file.
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let (mut file, _unfinished) = Unfinished::begin(|| builder.tempfile_in(folder))?;
    fill(file.as_file_mut(), write)?;
    // Without this a crash could leave the new name on an empty file.
    file.as_file().sync_all()?;
    let outcome = if force { file.persist(path) } else { file.persist_noclobber(path) };
    outcome.map(|_| ()).map_err(|failed| match failed.error.kind() {
        io::ErrorKind::AlreadyExists => exists(),
        _ => failed.error,
    })
}

/// Temporary files that do not have their final name yet.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    // A panic while the lock is held leaves the list of paths intact.
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes all temporary files that are being written and blocks new ones, for a process that is about to end.
///
/// Any later call of [`write_atomically`] waits for ever.
pub fn abandon_unfinished() {
    let files = unfinished();
    for file in files.iter() {
        // The file may just have been renamed or removed.
        let _ = std::fs::remove_file(file);
    }
    std::mem::forget(files);
}

/// A temporary file in the list, while it lives.
struct Unfinished(PathBuf);

impl Unfinished {
    /// Makes a file and lists it under one lock, so that no file is ever unlisted.
    fn begin(
        make: impl FnOnce() -> io::Result<tempfile::NamedTempFile>,
    ) -> io::Result<(tempfile::NamedTempFile, Self)> {
        let mut files = unfinished();
        let file = make()?;
        let path = file.path().to_owned();
        files.push(path.clone());
        Ok((file, Self(path)))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        unfinished().retain(|path| *path != self.0);
    }
}

fn fill(file: &mut File, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut buffered = BufWriter::new(&mut *file);
    write(&mut buffered)?;
    buffered.flush()
}

fn exists() -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, "the file exists; choose another name, or replace it with --force")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_is_replaced_only_with_force() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        write_atomically(&path, false, |file| file.write_all(b"first")).unwrap();
        let refused = write_atomically(&path, false, |_| panic!("not even asked")).unwrap_err();
        assert_eq!(refused.kind().name(), "Io");
        assert!(refused.to_string().contains("out.csv") && refused.to_string().contains("--force"), "{refused}");
        assert_eq!(std::fs::read(&path).unwrap(), b"first");
        write_atomically(&path, true, |file| file.write_all(b"second")).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[test]
    fn a_failure_leaves_everything_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let fail = |file: &mut dyn Write| {
            file.write_all(&[b'x'; 100_000])?;
            Err(io::Error::other("disk on fire"))
        };
        let error = write_atomically(&path, false, fail).unwrap_err();
        assert!(error.to_string().contains("disk on fire"), "{error}");
        assert!(names(folder.path()).is_empty());
        std::fs::write(&path, "kept").unwrap();
        write_atomically(&path, true, fail).unwrap_err();
        assert_eq!(std::fs::read(&path).unwrap(), b"kept");
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[test]
    fn what_is_being_written_is_known_until_it_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let ours = || unfinished().iter().filter(|path| path.starts_with(folder.path())).cloned().collect::<Vec<_>>();
        write_atomically(&folder.path().join("out.csv"), false, |_| {
            assert_eq!(ours().len(), 1);
            assert!(ours()[0].is_file());
            Ok(())
        })
        .unwrap();
        write_atomically(&folder.path().join("other.csv"), false, |_| Err(io::Error::other("stopped"))).unwrap_err();
        assert!(ours().is_empty());
    }

    #[test]
    fn a_file_that_appears_meanwhile_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let error = write_atomically(&path, false, |_| std::fs::write(&path, "theirs")).unwrap_err();
        assert!(error.to_string().contains("--force"), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), b"theirs");
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[test]
    fn a_folder_is_neither_made_nor_replaced() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write_atomically(folder.path(), true, |_| Ok(())).is_err());
        assert!(write_atomically(&folder.path().join("none/out.csv"), true, |_| Ok(())).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_written_to_and_stays_a_pipe() {
        use std::os::unix::fs::FileTypeExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let reader = std::thread::spawn({
            let path = path.clone();
            move || std::fs::read(path).unwrap()
        });
        write_atomically(&path, true, |file| file.write_all(b"through")).unwrap();
        assert_eq!(reader.join().unwrap(), b"through");
        assert!(path.metadata().unwrap().file_type().is_fifo());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_its_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        std::fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(write_atomically(&link, false, |_| Ok(())).is_err());
        write_atomically(&link, true, |file| file.write_all(b"new")).unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read(&file).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn the_file_has_the_permissions_of_any_new_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("out.csv"), folder.path().join("other.csv"));
        write_atomically(&path, false, |_| Ok(())).unwrap();
        std::fs::write(&other, "").unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&other));
    }
}
