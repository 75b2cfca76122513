//! Settings of a service and of its jobs, in layers: job over service over connection.

use std::borrow::Cow;
use std::path::PathBuf;

use super::engine::Sizes;
use crate::core::config::{Scope, keys};
use crate::core::{Config, Error, Result};

/// What holds for a service.
pub(super) struct Settings(Config);

impl Settings {
    pub fn new(connection: &Config, service: Option<&Config>) -> Result<Settings> {
        let Some(service) = service else { return Ok(Settings(connection.clone())) };
        service.check_scope(Scope::Service)?;
        Ok(Settings(connection.merged(service)))
    }

    pub fn sizes(&self) -> Result<Sizes> {
        let number =
            |key| -> Result<usize> { Ok(usize::try_from(self.0.get_u64(key)?).unwrap_or(usize::MAX)) };
        Ok(Sizes {
            threads: [
                number("container_threads")?,
                number("object_dd_threads")?,
                number("object_uu_threads")?,
            ],
            max_queued: number("max_queued")?,
        })
    }

    /// What holds for a job: its options must be among those that `verb` knows.
    pub fn for_job<'a>(
        &'a self,
        verb: &str,
        known: &[&str],
        job: Option<&'a Config>,
    ) -> Result<JobSettings<'a>> {
        let Some(own) = job else { return Ok(JobSettings { all: Cow::Borrowed(&self.0), own: None }) };
        own.check_scope(Scope::Job)?;
        for key in keys().iter().filter(|k| k.scope == Scope::Job && !known.contains(&k.name())) {
            if own.is_set(key.name())? {
                return Err(Error::invalid(format!("option {} has no meaning for {verb}", key.name())));
            }
        }
        Ok(JobSettings { all: Cow::Owned(self.0.merged(own)), own: Some(own) })
    }
}

/// What holds for one job.
pub(super) struct JobSettings<'a> {
    all: Cow<'a, Config>,
    own: Option<&'a Config>,
}

/// Where downloads go.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// The one object there is to this file.
    File(PathBuf),
    /// Each object to a file of its name under this directory; `None` is the current one.
    Directory(Option<PathBuf>),
}

impl JobSettings<'_> {
    pub fn config(&self) -> &Config {
        &self.all
    }

    /// Where `count` objects are to be downloaded to. Of two options the one that is nearer to the job counts.
    pub fn output(&self, count: usize) -> Result<Output> {
        let given = |config: &Config, key| -> Result<Option<PathBuf>> {
            Ok(Some(config.get(key)?).filter(|v| !v.is_empty()).map(PathBuf::from))
        };
        let (own_file, own_directory) = match self.own {
            Some(own) => (given(own, "out_file")?, given(own, "out_directory")?),
            None => (None, None),
        };
        if own_file.is_some() && own_directory.is_some() {
            return Err(Error::invalid("options out_file and out_directory exclude each other"));
        }
        let file = if own_directory.is_some() { None } else { given(&self.all, "out_file")? };
        let Some(file) = file else { return Ok(Output::Directory(given(&self.all, "out_directory")?)) };
        if count != 1 {
            return Err(Error::invalid(format!("option out_file is for one object, not for {count}")));
        }
        if file.as_os_str() == "-" {
            return Err(Error::invalid(
                "option out_file cannot be \"-\": get the object by a connection to read it as a stream",
            ));
        }
        Ok(Output::File(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(list: &[(&str, &str)]) -> Config {
        let mut c = Config::new();
        for (k, v) in list {
            c.set(k, Some(v)).unwrap();
        }
        c
    }

    fn message<T>(r: Result<T>) -> String {
        r.err().unwrap().message().to_owned()
    }

    #[test]
    fn a_service_takes_its_own_keys_over_those_of_the_connection() {
        let connection = config(&[("container_threads", "3"), ("object_dd_threads", "4")]);
        let service = config(&[("object_dd_threads", "5"), ("max_queued", "6")]);
        let s = Settings::new(&connection, Some(&service)).unwrap();
        assert_eq!(s.sizes().unwrap(), Sizes { threads: [3, 5, 10], max_queued: 6 });
        let s = Settings::new(&Config::new(), None).unwrap();
        assert_eq!(s.sizes().unwrap(), Sizes { threads: [10, 10, 10], max_queued: 10_000 });
        assert!(message(Settings::new(&connection, Some(&config(&[("user", "u")])))).contains("user"));
    }

    #[test]
    fn options_that_do_not_fit_are_refused_by_name() {
        let s = Settings::new(&Config::new(), None).unwrap();
        let file = config(&[("out_file", "f")]);
        assert_eq!(message(s.for_job("stat", &[], Some(&file))), "option out_file has no meaning for stat");
        assert!(s.for_job("download", &["out_file"], Some(&file)).is_ok());
        assert!(s.for_job("stat", &[], Some(&Config::new())).is_ok());
        let wide = config(&[("max_queued", "1")]);
        assert!(message(s.for_job("stat", &[], Some(&wide))).contains("max_queued"));
    }

    #[test]
    fn dl_02_the_nearest_option_says_where_downloads_go() {
        let known = &["out_file", "out_directory"];
        let plain = Settings::new(&Config::new(), None).unwrap();
        let output = |s: &Settings, own: Option<&Config>, n| s.for_job("download", known, own)?.output(n);
        assert_eq!(output(&plain, None, 2).unwrap(), Output::Directory(None));
        let file = config(&[("out_file", "f")]);
        assert_eq!(output(&plain, Some(&file), 1).unwrap(), Output::File("f".into()));
        assert!(message(output(&plain, Some(&file), 2)).contains("out_file"));
        let dash = config(&[("out_file", "-")]);
        assert!(message(output(&plain, Some(&dash), 1)).contains("out_file"));
        let both = config(&[("out_file", "f"), ("out_directory", "d")]);
        assert!(message(output(&plain, Some(&both), 1)).contains("exclude"));
        let directory = config(&[("out_directory", "d")]);
        let s = Settings::new(&Config::new(), Some(&directory)).unwrap();
        assert_eq!(output(&s, None, 2).unwrap(), Output::Directory(Some("d".into())));
        assert_eq!(output(&s, Some(&file), 1).unwrap(), Output::File("f".into()));
        let s = Settings::new(&Config::new(), Some(&file)).unwrap();
        assert_eq!(output(&s, Some(&directory), 2).unwrap(), Output::Directory(Some("d".into())));
    }

    #[test]
    fn what_a_job_says_of_checksums_counts() {
        let s = Settings::new(&config(&[("checksum", "false")]), None).unwrap();
        let on = config(&[("checksum", "true")]);
        let checksum =
            |own| s.for_job("upload", &["checksum"], own).unwrap().config().get_bool("checksum").unwrap();
        assert!(!checksum(None));
        assert!(checksum(Some(&on)));
    }
}
