//! What a request sets on a container. Where a value is text, "" has the server remove what it keeps, and `None`
//! leaves that alone.

use super::Request;
use super::account::TempUrlKey;
use crate::core::acl;
use crate::core::error::Result;

const READ: &str = "X-Container-Read";
const WRITE: &str = "X-Container-Write";

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "true" } else { "false" }
}

impl Request {
    /// The storage policy of a container that is created; it cannot be changed afterwards.
    pub fn set_storage_policy(&mut self, policy: Option<&str>) -> Result<()> {
        self.set_header("X-Storage-Policy", policy)
    }

    /// Who may read: elements separated by commas, as Swift has them.
    pub fn set_read_acl(&mut self, acl: Option<&str>) -> Result<()> {
        self.set_kept(READ, acl)
    }

    /// Who may write: elements separated by commas, as Swift has them.
    pub fn set_write_acl(&mut self, acl: Option<&str>) -> Result<()> {
        self.set_kept(WRITE, acl)
    }

    /// Lets a user read, besides those the request lets already.
    pub fn allow_read(&mut self, project: &str, user: Option<&str>) -> Result<()> {
        let element = acl::user(project, user)?;
        self.add_acl(READ, &element)
    }

    /// Lets a user write, besides those the request lets already.
    pub fn allow_write(&mut self, project: &str, user: Option<&str>) -> Result<()> {
        let element = acl::user(project, user)?;
        self.add_acl(WRITE, &element)
    }

    /// Lets everybody read objects who comes from pages of a host, or keeps them from it; `*` is any host.
    pub fn allow_referrer(&mut self, host: &str, allowed: bool) -> Result<()> {
        let element = acl::referrer(host, allowed)?;
        self.add_acl(READ, &element)
    }

    /// Lets those list the container whom [`allow_referrer`](Request::allow_referrer) lets read it.
    pub fn allow_listings(&mut self) -> Result<()> {
        self.add_acl(READ, acl::LISTINGS)
    }

    fn add_acl(&mut self, header: &str, element: &str) -> Result<()> {
        let list = match self.headers.get_str(header) {
            Some(list) if !list.is_empty() => format!("{list},{element}"),
            _ => element.to_owned(),
        };
        self.set_kept(header, Some(&list))
    }

    /// How many bytes the container may hold; `None` removes the quota.
    pub fn set_container_quota_bytes(&mut self, bytes: Option<u64>) -> Result<()> {
        self.set_kept_number("X-Container-Meta-Quota-Bytes", bytes)
    }

    /// How many objects the container may hold; `None` removes the quota.
    pub fn set_container_quota_count(&mut self, objects: Option<u64>) -> Result<()> {
        self.set_kept_number("X-Container-Meta-Quota-Count", objects)
    }

    /// Pages of which origins may use the container from a browser: separated by spaces, or `*`.
    pub fn set_cors_allow_origin(&mut self, origins: Option<&str>) -> Result<()> {
        self.set_kept("X-Container-Meta-Access-Control-Allow-Origin", origins)
    }

    /// How many seconds a browser may keep what a preflight request told it; `None` removes that.
    pub fn set_cors_max_age(&mut self, seconds: Option<u64>) -> Result<()> {
        self.set_kept_number("X-Container-Meta-Access-Control-Max-Age", seconds)
    }

    /// Headers that pages in a browser may read, besides those that Swift lets them: separated by spaces.
    pub fn set_cors_expose_headers(&mut self, headers: Option<&str>) -> Result<()> {
        self.set_kept("X-Container-Meta-Access-Control-Expose-Headers", headers)
    }

    /// The object that is shown for the container and for each pseudo-directory: static web.
    pub fn set_web_index(&mut self, object: Option<&str>) -> Result<()> {
        self.set_kept("X-Container-Meta-Web-Index", object)
    }

    /// The end of the names of the objects that are shown for errors, after the status: static web.
    pub fn set_web_error(&mut self, suffix: Option<&str>) -> Result<()> {
        self.set_kept("X-Container-Meta-Web-Error", suffix)
    }

    /// Whether pseudo-directories without an index are shown as a list: static web.
    pub fn set_web_listings(&mut self, listings: bool) -> Result<()> {
        self.set_kept("X-Container-Meta-Web-Listings", Some(yes_or_no(listings)))
    }

    /// The style sheet of these lists: static web.
    pub fn set_web_listings_css(&mut self, object: Option<&str>) -> Result<()> {
        self.set_kept("X-Container-Meta-Web-Listings-CSS", object)
    }

    /// What these lists have as their heading: static web.
    pub fn set_web_listings_label(&mut self, label: Option<&str>) -> Result<()> {
        self.set_kept("X-Container-Meta-Web-Listings-Label", label)
    }

    /// The media type of objects that stand for pseudo-directories: static web.
    pub fn set_web_directory_type(&mut self, content_type: Option<&str>) -> Result<()> {
        self.set_kept("X-Container-Meta-Web-Directory-Type", content_type)
    }

    /// Has the container answer as a web site although the request carries a token: `X-Web-Mode`.
    pub fn set_web_mode(&mut self, web: bool) -> Result<()> {
        self.set_header("X-Web-Mode", web.then_some("true"))
    }

    /// The container that gets a copy of every change: `//realm/cluster/account/container` or a URL.
    pub fn set_sync_to(&mut self, to: Option<&str>) -> Result<()> {
        self.set_kept("X-Container-Sync-To", to)
    }

    /// The secret that both containers share.
    pub fn set_sync_key(&mut self, key: Option<&str>) -> Result<()> {
        self.set_kept("X-Container-Sync-Key", key)
    }

    /// Sets the key that temp URLs of the container are signed with.
    pub fn set_container_temp_url_key(&mut self, which: TempUrlKey, key: Option<&str>) -> Result<()> {
        self.set_kept(&format!("X-Container-Meta-{}", which.name()), key)
    }

    /// Sets whether ETags come in quotes, as the standard has them, whatever the account says.
    pub fn set_container_rfc_etags(&mut self, quoted: bool) -> Result<()> {
        self.set_header("X-Container-Rfc-Compliant-Etags", Some(yes_or_no(quoted)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_an_access_list_add_up() {
        let mut r = Request::new();
        r.allow_referrer("*", true).unwrap();
        r.allow_referrer(".thief.example", false).unwrap();
        r.allow_listings().unwrap();
        r.allow_read("test2", Some("tester 2")).unwrap();
        r.allow_write("test2", None).unwrap();
        r.allow_write("*", Some("*")).unwrap();
        assert_eq!(r.headers.get_str(READ), Some(".r:*,.r:-.thief.example,.rlistings,test2:tester%202"));
        assert_eq!(r.headers.get_str(WRITE), Some("test2,*:*"));
        r.set_read_acl(Some("")).unwrap();
        assert_eq!((r.headers.get(READ), r.headers.get_str("X-Remove-Container-Read")), (None, Some("x")));
        // The list begins anew.
        r.allow_listings().unwrap();
        assert_eq!(r.headers.get_str(READ), Some(".rlistings"));
        assert!(r.headers.get("X-Remove-Container-Read").is_none());
    }
}
