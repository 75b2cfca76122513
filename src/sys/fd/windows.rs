//! A descriptor is the value of a handle. Those of files, pipes and consoles are read and written as files; those of sockets
//! as such.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::marker::PhantomData;
use std::net::TcpStream;
use std::os::windows::io::{AsHandle, AsRawHandle, AsSocket, BorrowedHandle, BorrowedSocket, FromRawHandle};
use std::ptr;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use windows_sys::Win32::Foundation::{CloseHandle, ERROR_BROKEN_PIPE, HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::Networking::WinSock::{SO_TYPE, SOL_SOCKET, getsockopt};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_GENERIC_READ, FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE, FILE_TYPE_DISK, FILE_TYPE_PIPE,
    FILE_TYPE_UNKNOWN, GetFileType, ReOpenFile,
};
use windows_sys::Win32::System::Console::{
    GetStdHandle, STD_ERROR_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE,
};
use windows_sys::Win32::System::IO::CancelSynchronousIo;
use windows_sys::Win32::System::Pipes::PeekNamedPipe;
use windows_sys::Win32::System::Threading::{GetCurrentThreadId, OpenThread, THREAD_TERMINATE};

use super::{Kind, SLICE};
use crate::sys::poll::{self, For};

/// One that is open for so long.
#[derive(Clone, Copy, Debug)]
pub struct Borrowed<'a> {
    handle: HANDLE,
    _open: PhantomData<&'a ()>,
}

/// That of this number.
///
/// # Safety
/// It is not negative, and a handle that is open for `'a` if it is one.
pub unsafe fn borrow<'a>(number: i32) -> io::Result<Borrowed<'a>> {
    let standard = match number {
        0 => STD_INPUT_HANDLE,
        1 => STD_OUTPUT_HANDLE,
        2 => STD_ERROR_HANDLE,
        n if n % 4 != 0 => {
            let text =
                format!("{n} is no handle; that of a C library's descriptor is told by _get_osfhandle()");
            return Err(io::Error::new(ErrorKind::InvalidInput, text));
        }
        n => return Ok(Borrowed { handle: n as usize as HANDLE, _open: PhantomData }),
    };
    // SAFETY: no pointers.
    let handle = unsafe { GetStdHandle(standard) };
    if handle.is_null() || handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::new(ErrorKind::NotFound, "the program has no such standard stream"));
    }
    Ok(Borrowed { handle, _open: PhantomData })
}

/// That of an open file.
pub fn of(file: &impl AsHandle) -> Borrowed<'_> {
    Borrowed { handle: file.as_handle().as_raw_handle(), _open: PhantomData }
}

/// A descriptor of our own.
#[derive(Debug)]
pub enum Descriptor {
    /// Of a file, pipe or console.
    Handle(File),
    /// Of a connected socket, of whatever kind.
    Socket(TcpStream),
}

impl Descriptor {
    /// A second one for the same.
    pub fn duplicate(fd: Borrowed<'_>) -> io::Result<Descriptor> {
        if is_socket(fd.handle) {
            // SAFETY: it was just seen to be a socket, and is open as long as `fd`.
            let socket = unsafe { BorrowedSocket::borrow_raw(fd.handle as usize as u64) };
            return Ok(Descriptor::Socket(TcpStream::from(socket.try_clone_to_owned()?)));
        }
        // SAFETY: it is open as long as `fd`.
        let handle = unsafe { BorrowedHandle::borrow_raw(fd.handle) };
        Ok(Descriptor::Handle(File::from(handle.try_clone_to_owned()?)))
    }

    /// What was opened by its path.
    pub fn opened(file: File) -> Descriptor {
        Descriptor::Handle(file)
    }

    /// What it is one of.
    pub fn kind(&self) -> io::Result<Kind> {
        let Descriptor::Handle(file) = self else { return Ok(Kind::Stream) };
        match file_type(file.as_raw_handle()) {
            FILE_TYPE_DISK if file.metadata()?.is_dir() => Ok(Kind::Directory),
            FILE_TYPE_DISK => Ok(Kind::Regular),
            FILE_TYPE_UNKNOWN => {
                Err(io::Error::new(ErrorKind::InvalidInput, "it is neither a file nor a stream"))
            }
            _ => Ok(Kind::Stream),
        }
    }

    /// The regular file that it is one of, to write to where it stands.
    pub fn file(&mut self) -> io::Result<&mut File> {
        match self {
            Descriptor::Handle(file) => Ok(file),
            Descriptor::Socket(_) => Err(ErrorKind::InvalidInput.into()),
        }
    }

    /// The same, to be read at offsets, and its present position.
    pub fn into_file(self) -> io::Result<(File, u64)> {
        let Descriptor::Handle(mut file) = self else { return Err(ErrorKind::InvalidInput.into()) };
        let at = file.stream_position()?;
        // Reading at an offset moves the position, which a duplicate shares with what it was made of.
        let share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
        // SAFETY: the handle is open, as `file` is ours.
        let own = unsafe { ReOpenFile(file.as_raw_handle(), FILE_GENERIC_READ, share, 0) };
        if own == INVALID_HANDLE_VALUE || own.is_null() {
            // Others are kept from it, as with a file that is open for its program alone.
            return Ok((file, at));
        }
        // SAFETY: just opened, and nobody else knows it.
        Ok((unsafe { File::from_raw_handle(own) }, at))
    }

    /// Reads what there is, waiting for it; 0 is the end. `go_on` is asked every 50 ms and ends the wait with its error.
    pub fn read(&mut self, buf: &mut [u8], go_on: &dyn Fn() -> io::Result<()>) -> io::Result<usize> {
        let file = match self {
            Descriptor::Handle(file) => &*file,
            Descriptor::Socket(socket) => {
                return patiently(socket, For::Reading, go_on, || (&*socket).read(buf));
            }
        };
        go_on()?;
        let mut own = file;
        let read = if has_waiting(file) { own.read(buf) } else { interruptibly(go_on, || own.read(buf)) };
        match read {
            Err(e) if e.raw_os_error() == Some(ERROR_BROKEN_PIPE as i32) => Ok(0),
            read => read,
        }
    }

    /// Writes some of it, waiting until there is room; `go_on` as above.
    pub fn write(&self, buf: &[u8], go_on: &dyn Fn() -> io::Result<()>) -> io::Result<usize> {
        match self {
            Descriptor::Handle(file) => {
                go_on()?;
                let mut own = file;
                interruptibly(go_on, || own.write(buf))
            }
            Descriptor::Socket(socket) => {
                // More might be too much for what it takes, and block.
                let most = buf.len().min(4096);
                patiently(socket, For::Writing, go_on, || (&*socket).write(&buf[..most]))
            }
        }
    }
}

fn file_type(handle: HANDLE) -> u32 {
    // SAFETY: whatever the handle is.
    unsafe { GetFileType(handle) }
}

/// Sockets have handles of the kind of pipes.
fn is_socket(handle: HANDLE) -> bool {
    let mut kind = 0i32;
    let mut size = size_of::<i32>() as i32;
    let room = (&raw mut kind).cast();
    file_type(handle) == FILE_TYPE_PIPE
        // SAFETY: there is room for a number; what is no socket is an error.
        && unsafe { getsockopt(handle as usize, SOL_SOCKET, SO_TYPE, room, &raw mut size) } == 0
}

/// Whether this is a pipe in which something waits to be read.
fn has_waiting(file: &File) -> bool {
    let mut waiting = 0;
    let none = ptr::null_mut();
    // SAFETY: the handle is open, as `file` is borrowed; there is room for the number. What is no pipe is an error.
    let done = unsafe {
        PeekNamedPipe(file.as_raw_handle(), none, 0, ptr::null_mut(), &raw mut waiting, ptr::null_mut())
    };
    done != 0 && waiting > 0
}

/// Does what a socket may have to be waited for.
fn patiently(
    socket: &TcpStream,
    what: For,
    go_on: &dyn Fn() -> io::Result<()>,
    mut act: impl FnMut() -> io::Result<usize>,
) -> io::Result<usize> {
    loop {
        go_on()?;
        if !poll::wait(socket.as_socket(), what, SLICE)? {
            continue;
        }
        match act() {
            Err(e) if e.kind() == ErrorKind::WouldBlock => {}
            done => return done,
        }
    }
}

/// Does what blocks on a thread of its own, which can be called off while this one looks whether it should be.
fn interruptibly(
    go_on: &dyn Fn() -> io::Result<()>,
    mut act: impl FnMut() -> io::Result<usize> + Send,
) -> io::Result<usize> {
    std::thread::scope(|scope| {
        let (begun, thread) = mpsc::channel();
        let (done, outcome) = mpsc::channel();
        std::thread::Builder::new().name("swc-wait".to_owned()).spawn_scoped(scope, move || {
            // SAFETY: no arguments.
            let _ = begun.send(unsafe { GetCurrentThreadId() });
            let _ = done.send(act());
        })?;
        let thread = thread.recv().map_err(|_| ErrorKind::Other)?;
        let mut stop = None;
        loop {
            let slice = if stop.is_some() { Duration::from_millis(5) } else { SLICE };
            match outcome.recv_timeout(slice) {
                Ok(outcome) => return stop.map_or(outcome, Err),
                Err(RecvTimeoutError::Disconnected) => return Err(ErrorKind::Other.into()),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if stop.is_none() {
                stop = go_on().err();
            }
            // Again and again, as it may not have begun to wait yet.
            if stop.is_some() {
                cancel(thread);
            }
        }
    })
}

/// Ends what a thread waits for, if it does.
fn cancel(thread: u32) {
    // SAFETY: no pointers; what was opened is closed, and used only in between.
    unsafe {
        let handle = OpenThread(THREAD_TERMINATE, 0, thread);
        if !handle.is_null() {
            CancelSynchronousIo(handle);
            CloseHandle(handle);
        }
    }
}
