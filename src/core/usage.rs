//! What an account or container holds and may hold, as its headers tell.

use super::error::Result;
use super::headers::Headers;
use super::request::quota;
use crate::core::acl::AccountAcl;

/// What an account holds in one storage policy; servers before 2.0 tell no containers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyUsage {
    /// Name of the policy, in lower case: Swift does not keep the case.
    pub name: String,
    /// Containers with the policy.
    pub containers: Option<u64>,
    /// Objects in them.
    pub objects: Option<u64>,
    /// Bytes of these objects.
    pub bytes: Option<u64>,
}

impl Headers {
    /// Containers in an account.
    pub fn container_count(&self) -> Option<u64> {
        self.get_u64("x-account-container-count")
    }

    /// Objects in an account or a container.
    pub fn object_count(&self) -> Option<u64> {
        self.get_u64("x-container-object-count").or_else(|| self.get_u64("x-account-object-count"))
    }

    /// Bytes of the objects in an account or a container.
    pub fn bytes_used(&self) -> Option<u64> {
        self.get_u64("x-container-bytes-used").or_else(|| self.get_u64("x-account-bytes-used"))
    }

    /// The storage policy of a container.
    pub fn storage_policy(&self) -> Option<&str> {
        self.get_str("x-storage-policy")
    }

    /// How many bytes an account may hold, in all or in one storage policy, or a container.
    pub fn quota_bytes(&self, policy: Option<&str>) -> Option<u64> {
        self.quota("Bytes", policy)
    }

    /// How many objects an account may hold, in all or in one storage policy, or a container.
    pub fn quota_count(&self, policy: Option<&str>) -> Option<u64> {
        self.quota("Count", policy)
    }

    fn quota(&self, of: &str, policy: Option<&str>) -> Option<u64> {
        let found = self.get_u64(&quota(of, policy));
        match policy {
            Some(_) => found,
            // Accounts have kept it among their metadata once.
            None => found.or_else(|| self.get_metadata(&format!("Quota-{of}")).and_then(number)),
        }
    }

    /// What an account holds in each storage policy that it has something in.
    pub fn policies(&self) -> Vec<PolicyUsage> {
        const PREFIX: &str = "x-account-storage-policy-";
        let mut all: Vec<PolicyUsage> = Vec::new();
        for (name, value) in self.iter() {
            let name = name.to_ascii_lowercase();
            let Some(rest) = name.strip_prefix(PREFIX) else { continue };
            let kinds = ["-container-count", "-object-count", "-bytes-used"];
            let found = kinds.iter().enumerate().find_map(|(i, k)| Some((rest.strip_suffix(k)?, i)));
            let Some((policy, kind)) = found else { continue };
            let at = all.iter().position(|p| p.name == policy).unwrap_or_else(|| {
                all.push(PolicyUsage {
                    name: policy.to_owned(),
                    containers: None,
                    objects: None,
                    bytes: None,
                });
                all.len() - 1
            });
            let usage = &mut all[at];
            *[&mut usage.containers, &mut usage.objects, &mut usage.bytes][kind] = number(value);
        }
        all
    }

    /// Who besides its owners may use an account; only owners are told.
    pub fn account_acl(&self) -> Result<Option<AccountAcl>> {
        self.get("x-account-access-control").map(AccountAcl::from_header).transpose()
    }
}

fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_of_policies_is_put_together() {
        let mut h = Headers::new();
        h.push("X-Account-Storage-Policy-Gold-Fast-Object-Count", b"3");
        h.push("X-Account-Storage-Policy-Silver-Bytes-Used", b"7");
        h.push("X-Account-Storage-Policy-Gold-Fast-Container-Count", b"1");
        h.push("X-Account-Storage-Policy-Odd", b"1");
        let usage = |name: &str, containers, objects, bytes| PolicyUsage {
            name: name.into(),
            containers,
            objects,
            bytes,
        };
        assert_eq!(
            h.policies(),
            [usage("gold-fast", Some(1), Some(3), None), usage("silver", None, None, Some(7))]
        );
    }

    #[test]
    fn quotas_of_accounts_and_containers() {
        let mut h = Headers::new();
        h.push("X-Account-Quota-Bytes", b"10");
        h.push("X-Account-Meta-Quota-Bytes", b"9");
        h.push("X-Account-Quota-Count-Policy-Gold", b"2");
        assert_eq!((h.quota_bytes(None), h.quota_count(None)), (Some(10), None));
        assert_eq!((h.quota_bytes(Some("gold")), h.quota_count(Some("gold"))), (None, Some(2)));
        let mut h = Headers::new();
        h.push("X-Container-Meta-Quota-Count", b"4");
        assert_eq!(h.quota_count(None), Some(4));
    }
}
