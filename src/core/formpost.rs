//! Forms by which a browser uploads straight into a container, without a token: what the form holds, and its signature.

use std::time::SystemTime;

use super::error::{Error, Kind, Result};
use super::signature::{Digest, Expiry, Key, Place};
use super::url::Url;

/// What a form shall allow.
#[derive(Clone, Debug, Default)]
pub struct FormPost {
    place: Option<Place>,
    expiry: Option<Expiry>,
    key: Option<Key>,
    digest: Option<Digest>,
    redirect: String,
    max_file_size: Option<u64>,
    max_file_count: Option<u64>,
    delete: Option<Expiry>,
    content_type: Option<String>,
    content_encoding: Option<String>,
}

/// A form: where it is sent to, and its hidden fields in their order. Fields with files follow them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The URL, or the path when no host was set; percent-encoded.
    pub action: String,
    /// Names and values.
    pub fields: Vec<(&'static str, String)>,
}

impl FormPost {
    /// For one file; path, largest size, time and key are still to be set.
    pub fn new() -> FormPost {
        FormPost::default()
    }

    /// The path `/v1/account/container/prefix`, not percent-encoded, or the same with scheme and host before it. The
    /// names of the files are appended to it.
    pub fn set_path(&mut self, path: &str) -> Result<()> {
        self.place = Some(Place::of_path(path)?);
        Ok(())
    }

    /// A container below a storage URL, and what the names of the objects begin with.
    pub fn set_container(&mut self, storage_url: &str, container: &str, prefix: &str) -> Result<()> {
        self.place_below(&Url::parse(storage_url)?, container, prefix)
    }

    pub(super) fn place_below(&mut self, storage_url: &Url, container: &str, prefix: &str) -> Result<()> {
        self.place = Some(Place::of_names(storage_url, container, prefix)?);
        Ok(())
    }

    /// Until when the form is taken.
    pub fn set_expiry(&mut self, expiry: Expiry) -> Result<()> {
        self.expiry = Some(expiry.checked()?);
        Ok(())
    }

    /// The key: that for temporary URLs of the account or the container.
    pub fn set_key(&mut self, key: &str) -> Result<()> {
        self.key = Some(Key::new(key)?);
        Ok(())
    }

    pub(super) fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// The digest; unless it is set SHA-256.
    pub fn set_digest(&mut self, digest: Digest) {
        self.digest = Some(digest);
    }

    pub(super) fn has_digest(&self) -> bool {
        self.digest.is_some()
    }

    /// Where the browser is sent afterwards; `None`: nowhere, the answer says how it went.
    pub fn set_redirect(&mut self, url: Option<&str>) -> Result<()> {
        let url = url.unwrap_or_default();
        self.redirect = plain("redirect", url)?;
        Ok(())
    }

    /// The size of the largest file, and how many files there may be.
    pub fn set_limits(&mut self, max_file_size: u64, max_file_count: u64) -> Result<()> {
        let most = i64::MAX as u64;
        if max_file_count == 0 || max_file_size > most || max_file_count > most {
            return Err(Error::invalid(format!(
                "a form for {max_file_count} files of {max_file_size} bytes at most: give at least one file, and numbers \
                 below 2^63"
            )));
        }
        (self.max_file_size, self.max_file_count) = (Some(max_file_size), Some(max_file_count));
        Ok(())
    }

    /// When the objects vanish again: at a time, or so many seconds after the upload. It is not part of the signature.
    pub fn set_delete(&mut self, delete: Option<Expiry>) -> Result<()> {
        self.delete = delete.map(Expiry::checked).transpose()?;
        Ok(())
    }

    /// Media type of all files; `None`: what the browser says. It is not part of the signature.
    pub fn set_content_type(&mut self, content_type: Option<&str>) -> Result<()> {
        self.content_type = content_type.map(|t| plain("content-type", t)).transpose()?;
        Ok(())
    }

    /// Encoding of all files, such as `gzip`; `None`: what the browser says. It is not part of the signature.
    pub fn set_content_encoding(&mut self, encoding: Option<&str>) -> Result<()> {
        self.content_encoding = encoding.map(|e| plain("content-encoding", e)).transpose()?;
        Ok(())
    }

    /// Signs it.
    pub fn generate(&self) -> Result<Form> {
        self.generate_at(SystemTime::now())
    }

    fn generate_at(&self, now: SystemTime) -> Result<Form> {
        let lacks = |what| Error::new(Kind::State, format!("the form lacks {what}"));
        let place = self.place.as_ref().ok_or_else(|| lacks("the path of a container"))?;
        let key = self.key.as_ref().ok_or_else(|| lacks("a key"))?;
        let at = self.expiry.ok_or_else(|| lacks("the time when it expires"))?.at(now)?.to_string();
        let size = self.max_file_size.ok_or_else(|| lacks("the size of the largest file"))?.to_string();
        let count = self.max_file_count.unwrap_or(1).to_string();
        if place.parts().is_none() {
            return Err(Error::invalid(format!(
                "{:?} does not lead into a container: it must begin like /v1/account/container/",
                place.path
            )));
        }
        let text = [&place.path, &self.redirect, &size, &count, &at].map(String::as_str).join("\n");
        let signature = self.digest.unwrap_or(Digest::Sha256).sign(key, &text);
        let mut fields = Vec::with_capacity(8);
        if !self.redirect.is_empty() {
            fields.push(("redirect", self.redirect.clone()));
        }
        fields.push(("max_file_size", size));
        fields.push(("max_file_count", count));
        fields.push(("expires", at));
        fields.push(("signature", signature));
        match self.delete {
            Some(Expiry::At(at)) => fields.push(("x_delete_at", at.to_string())),
            Some(Expiry::After(seconds)) => fields.push(("x_delete_after", seconds.to_string())),
            None => {}
        }
        fields.extend(self.content_type.clone().map(|t| ("content-type", t)));
        fields.extend(self.content_encoding.clone().map(|e| ("content-encoding", e)));
        Ok(Form { action: place.url(), fields })
    }
}

/// Text that can stand in a form, and in a header after that.
fn plain(what: &str, text: &str) -> Result<String> {
    if text.chars().any(char::is_control) {
        return Err(Error::invalid(format!("the {what} of a form contains a control character")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_in_their_order() {
        let mut f = FormPost::new();
        f.set_path("https://h/v1/a/c/p ü/").unwrap();
        f.set_expiry(Expiry::At(1_400_000_000)).unwrap();
        f.set_key("k").unwrap();
        f.set_limits(10, 2).unwrap();
        let form = f.generate().unwrap();
        assert_eq!(form.action, "https://h/v1/a/c/p%20%C3%BC/");
        let names: Vec<_> = form.fields.iter().map(|(n, _)| *n).collect();
        assert_eq!(names, ["max_file_size", "max_file_count", "expires", "signature"]);
        f.set_redirect(Some("https://h/done?x=1")).unwrap();
        f.set_delete(Some(Expiry::After(60))).unwrap();
        f.set_content_type(Some("text/plain")).unwrap();
        f.set_content_encoding(Some("gzip")).unwrap();
        let other = f.generate().unwrap();
        let names: Vec<_> = other.fields.iter().map(|(n, _)| *n).collect();
        assert_eq!(
            names,
            [
                "redirect",
                "max_file_size",
                "max_file_count",
                "expires",
                "signature",
                "x_delete_after",
                "content-type",
                "content-encoding"
            ]
        );
        assert_ne!(form.fields[3], other.fields[4]);
        f.set_delete(Some(Expiry::At(7))).unwrap();
        assert_eq!(f.generate().unwrap().fields[5], ("x_delete_at", "7".to_owned()));
    }

    #[test]
    fn what_is_lacking_or_wrong_is_named() {
        let mut f = FormPost::new();
        for (lack, set) in [
            ("path", (|f| f.set_path("/v1/a/c/")) as fn(&mut FormPost) -> Result<()>),
            ("key", |f| f.set_key("k")),
            ("expires", |f| f.set_expiry(Expiry::After(60))),
            ("largest", |f| f.set_limits(0, 1)),
        ] {
            let e = f.generate().unwrap_err();
            assert!(e.kind() == Kind::State && e.message().contains(lack), "{e}");
            set(&mut f).unwrap();
        }
        f.generate().unwrap();
        f.set_path("/v1/a/c").unwrap();
        assert_eq!(f.generate().unwrap_err().kind(), Kind::InvalidArgument);
        assert!(f.set_limits(1, 0).is_err() && f.set_limits(u64::MAX, 1).is_err());
        assert!(f.set_redirect(Some("http://h/\r\nX")).is_err());
        assert!(f.set_content_type(Some("a\nb")).is_err());
        assert!(f.set_container("http://h/v1/a", "c/d", "").is_err());
    }
}
