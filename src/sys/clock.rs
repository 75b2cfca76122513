//! The clock on the wall here: local time.

/// Seconds since 1970 of a local date and time; nothing when there is no such time.
pub fn from_local(date: [i32; 3], time: [i32; 3]) -> Option<i64> {
    // SAFETY: a struct of numbers and a pointer that may be NULL.
    let mut tm: libc::tm = unsafe { std::mem::zeroed() };
    [tm.tm_year, tm.tm_mon, tm.tm_mday] = [date[0] - 1900, date[1] - 1, date[2]];
    [tm.tm_hour, tm.tm_min, tm.tm_sec] = time;
    // Whether it is summer time the system knows.
    tm.tm_isdst = -1;
    // SAFETY: valid for reading and writing.
    let seconds = unsafe { mktime(&raw mut tm) };
    // 31 February has become a day in March.
    #[allow(clippy::unnecessary_cast, reason = "a narrower number on some systems")]
    (tm.tm_mday == date[2] && seconds != -1).then_some(seconds as i64)
}

#[cfg(not(windows))]
use libc::mktime;

#[cfg(windows)]
unsafe extern "C" {
    #[link_name = "_mktime64"]
    fn mktime(tm: *mut libc::tm) -> i64;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times() {
        // Wherever this runs: no further from UTC than a day, and a day is a day.
        let a = from_local([2026, 1, 10], [12, 0, 0]).unwrap();
        assert!((a - 1_768_046_400).abs() < 86_400);
        assert_eq!(from_local([2026, 1, 11], [12, 0, 1]).unwrap() - a, 86_401);
        assert_eq!(from_local([2026, 2, 31], [0, 0, 0]), None);
    }
}
