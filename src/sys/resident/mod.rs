//! What of a file lies in memory: it is read only where no disk has to be waited for, so that to read it twice costs
//! next to nothing. Where the system cannot tell, nothing is said to lie there.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod none;

#[cfg(target_os = "linux")]
pub use linux::Resident;
#[cfg(not(target_os = "linux"))]
pub use none::Resident;
