//! Settings of a service and of its jobs, in layers: job over service over connection.

use std::borrow::Cow;
use std::path::PathBuf;

use super::engine::Sizes;
use crate::core::config::{Scope, keys, pairs};
use crate::core::{Config, Error, Headers, Request, Result};

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
                number("segment_threads")?,
            ],
            max_queued: number("max_queued")?,
        })
    }

    /// What holds for a job: its options must be among those that `verb` knows.
    pub fn for_job<'a>(
        &'a self,
        verb: &'static str,
        known: &[&str],
        job: Option<&'a Config>,
    ) -> Result<JobSettings<'a>> {
        let Some(own) = job else {
            return Ok(JobSettings { verb, all: Cow::Borrowed(&self.0), own: None, below: None });
        };
        check_known(own, known, verb)?;
        Ok(JobSettings { verb, all: Cow::Owned(self.0.merged(own)), own: Some(own), below: None })
    }
}

/// Refuses options that have no meaning for a verb.
fn check_known(own: &Config, known: &[&str], verb: &str) -> Result<()> {
    own.check_scope(Scope::Job)?;
    for key in keys().iter().filter(|k| k.scope == Scope::Job && !known.contains(&k.name())) {
        if own.is_set(key.name())? {
            return Err(Error::invalid(format!("option {} has no meaning for {verb}", key.name())));
        }
    }
    Ok(())
}

/// What holds for one job, or for one of its objects.
pub(super) struct JobSettings<'a> {
    verb: &'static str,
    all: Cow<'a, Config>,
    own: Option<&'a Config>,
    /// For an object, what holds for its job.
    below: Option<&'a Config>,
}

/// Where downloads go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// The one object there is to this file.
    File(PathBuf),
    /// Each object to a file of its name under this directory; `None` is the current one.
    Directory(Option<PathBuf>),
    /// To the caller, as it comes.
    Caller,
}

impl JobSettings<'_> {
    /// The settings of an object with some of its own.
    pub fn for_object<'a>(&'a self, known: &[&str], own: &'a Config) -> Result<JobSettings<'a>> {
        check_known(own, known, &format!("an object of a {}", self.verb))?;
        let all = Cow::Owned(self.all.merged(own));
        Ok(JobSettings { verb: self.verb, all, own: Some(own), below: Some(&self.all) })
    }

    pub fn config(&self) -> &Config {
        &self.all
    }

    /// Whether it was set here, and not for the service.
    pub fn is_own(&self, key: &str) -> Result<bool> {
        self.own.map_or(Ok(false), |own| own.is_set(key))
    }

    /// A truth value.
    pub fn flag(&self, key: &str) -> Result<bool> {
        self.all.get_bool(key)
    }

    /// A text that is not empty.
    pub fn text(&self, key: &str) -> Result<Option<String>> {
        Ok(Some(self.all.get(key)?).filter(|v| !v.is_empty()).map(str::to_owned))
    }

    /// A text that was set, empty or not.
    pub fn given(&self, key: &str) -> Result<Option<&str>> {
        Ok(if self.all.is_set(key)? { Some(self.all.get(key)?) } else { None })
    }

    /// What the options `meta` (when `kind` is given: `Account`, `Container` or `Object`) and `header` say. Those of
    /// an object are put over those of its job.
    pub fn headers(&self, kind: Option<&str>) -> Result<Headers> {
        let mut request = Request::new();
        match (self.below, self.own) {
            (Some(below), Some(own)) => {
                put_headers(&mut request, below, kind)?;
                put_headers(&mut request, own, kind)?;
            }
            _ => put_headers(&mut request, &self.all, kind)?,
        }
        Ok(request.headers)
    }

    /// Where `count` objects are to be downloaded to; `None`: as many as a listing finds. Of two options the one that
    /// is nearer to the object counts.
    pub fn output(&self, count: Option<usize>) -> Result<Output> {
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
        match count {
            None => {
                Err(Error::invalid("option out_file is for objects that are named, not for all there are"))
            }
            Some(_) if file.as_os_str() == "-" => Ok(Output::Caller),
            Some(1) => Ok(Output::File(file)),
            // Given for this object alone.
            Some(_) if self.below.is_some() && own_file.is_some() => Ok(Output::File(file)),
            Some(n) => Err(Error::invalid(format!("option out_file is for one object, not for {n}"))),
        }
    }
}

/// Sets what the options `meta` and `header` of `config` say.
fn put_headers(request: &mut Request, config: &Config, kind: Option<&str>) -> Result<()> {
    let mut put = |key: &str, kind: Option<&str>| -> Result<()> {
        for (name, value) in pairs(config.get(key)?).flatten() {
            match kind {
                Some(kind) => request.set_metadata(kind, name, value),
                None => request.set_header(name, Some(value)),
            }
            .map_err(|e| e.context(format_args!("option {key}")))?;
        }
        Ok(())
    };
    if kind.is_some() {
        put("meta", kind)?;
    }
    put("header", None)
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
        let service = config(&[("object_dd_threads", "5"), ("max_queued", "6"), ("segment_threads", "8")]);
        let s = Settings::new(&connection, Some(&service)).unwrap();
        assert_eq!(s.sizes().unwrap(), Sizes { threads: [3, 5, 10, 8], max_queued: 6 });
        let s = Settings::new(&config(&[("object_uu_threads", "7")]), None).unwrap();
        assert_eq!(s.sizes().unwrap().threads, [10, 10, 7, 10]);
        let s = Settings::new(&Config::new(), None).unwrap();
        assert_eq!(s.sizes().unwrap(), Sizes { threads: [10, 10, 10, 10], max_queued: 10_000 });
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
        let output =
            |s: &Settings, own: Option<&Config>, n| s.for_job("download", known, own)?.output(Some(n));
        assert_eq!(output(&plain, None, 2).unwrap(), Output::Directory(None));
        let file = config(&[("out_file", "f")]);
        assert_eq!(output(&plain, Some(&file), 1).unwrap(), Output::File("f".into()));
        assert!(message(output(&plain, Some(&file), 2)).contains("out_file"));
        let dash = config(&[("out_file", "-")]);
        assert_eq!(output(&plain, Some(&dash), 2).unwrap(), Output::Caller);
        let all = plain.for_job("download", known, Some(&dash)).unwrap().output(None);
        assert!(message(all).contains("out_file"));
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
    fn po_01_headers_of_an_object_go_over_those_of_the_job() {
        let s = Settings::new(&config(&[("header", "X-Default: 1")]), None).unwrap();
        let shown = |h: Headers| -> Vec<String> {
            h.iter().map(|(n, v)| format!("{n}={}", String::from_utf8_lossy(v))).collect()
        };
        // The list of a job replaces a default.
        let job = config(&[("meta", "a: 1\nb:2"), ("header", "X-Object-Meta-B: 3\nX-C: 4")]);
        let known = &["meta", "header"];
        let all = s.for_job("post", known, Some(&job)).unwrap();
        let base = ["X-Object-Meta-a=1", "X-Object-Meta-B=3", "X-C=4"];
        assert_eq!(shown(all.headers(Some("Object")).unwrap()), base);
        let own = config(&[("meta", "B: 5"), ("header", "x-c:")]);
        let object = all.for_object(known, &own).unwrap();
        let over = ["X-Object-Meta-a=1", "X-Object-Meta-B=5", "x-c="];
        assert_eq!(shown(object.headers(Some("Object")).unwrap()), over);
        assert_eq!(shown(s.for_job("stat", known, None).unwrap().headers(None).unwrap()), ["X-Default=1"]);
        let other = config(&[("prefix", "p")]);
        assert!(message(all.for_object(known, &other)).contains("prefix"));
        let framing = config(&[("header", "Content-Length: 1")]);
        let all = s.for_job("post", known, Some(&framing)).unwrap();
        assert!(message(all.headers(None)).starts_with("option header: "));
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
