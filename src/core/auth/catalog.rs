//! The catalogue of Keystone: where the services are.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::config::interface;
use super::super::config::plan::Endpoint;
use super::super::error::{Error, Kind, Result};
use super::super::url::Url;

/// One endpoint, as either version writes it.
struct Offer<'a> {
    service_type: &'a str,
    interface: &'static str,
    region: &'a str,
    region_id: &'a str,
    url: &'a str,
}

impl Offer<'_> {
    /// The region as people know it.
    fn region(&self) -> &str {
        if self.region.is_empty() { self.region_id } else { self.region }
    }

    fn is_in(&self, region: &str) -> bool {
        self.region == region || self.region_id == region
    }
}

/// The URL of the endpoint that is wanted (AU-37). When there is none, or several that differ, the error tells what
/// there is: which of several regions is meant is not ours to guess, unless the caller says that any will do.
pub(super) fn choose(catalog: &Value, wanted: &Endpoint, service: &Url) -> Result<Url> {
    let offers = offers(catalog);
    let typed: Vec<&Offer<'_>> =
        offers.iter().filter(|o| is_type(o.service_type, &wanted.service_type)).collect();
    let named = || list(catalog).iter().any(|s| is_type(text(s, "type"), &wanted.service_type));
    if typed.is_empty() && !named() {
        return Err(no_service(&offers, wanted, service));
    }
    let matching: Vec<&Offer<'_>> = typed
        .iter()
        .copied()
        .filter(|o| o.interface == wanted.interface)
        .filter(|o| wanted.region.as_deref().is_none_or(|r| o.is_in(r)))
        .collect();
    let Some(first) = matching.first() else { return Err(no_endpoint(&typed, wanted, service)) };
    let parsed = |offer: &Offer<'_>| {
        Url::parse(offer.url).map_err(|e| {
            e.context(format_args!("the {} endpoint in the catalogue of {service}", wanted.service_type))
                .with_kind(Kind::Protocol)
        })
    };
    let url = parsed(first)?;
    if wanted.any {
        return Ok(url);
    }
    // The same endpoint listed twice is one endpoint, however it is written.
    if matching[1..].iter().any(|o| o.url != first.url && parsed(o).ok().as_ref() != Some(&url)) {
        return Err(ambiguous(&matching, wanted, service));
    }
    Ok(url)
}

#[cold]
fn ambiguous(matching: &[&Offer<'_>], wanted: &Endpoint, service: &Url) -> Error {
    let mut names: Vec<&str> = matching.iter().map(|o| o.region()).collect();
    names.sort_unstable();
    names.dedup();
    let Endpoint { service_type, interface, .. } = wanted;
    let text = if names.len() > 1 {
        format!(
            "the catalogue of {service} has {interface} endpoints of {service_type} in several regions: {}; set \
             os_region_name (OS_REGION_NAME) to one of these",
            few(&names)
        )
    } else {
        let mut urls: Vec<&str> = matching.iter().map(|o| o.url).collect();
        urls.sort_unstable();
        urls.dedup();
        let region = names.first().filter(|n| !n.is_empty()).map(|n| format!(" in region {n}"));
        format!(
            "the catalogue of {service} has several {interface} endpoints of {service_type}{}: {}; set \
             os_storage_url (OS_STORAGE_URL) to one of these",
            region.unwrap_or_default(),
            few(&urls)
        )
    };
    Error::new(Kind::Auth, text)
}

/// Names one after the other, not without end.
fn few(names: &[&str]) -> String {
    const MOST: usize = 20;
    let shown: Vec<String> = names.iter().take(MOST).map(|n| shorten(n)).collect();
    let more = names.len().saturating_sub(MOST);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    shown.join(", ") + &more
}

/// A name of the catalogue as it goes into a message.
fn shorten(name: &str) -> String {
    match name {
        "" => "no region".to_owned(),
        _ => name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect(),
    }
}

/// Whether a service is of the type that is wanted: `object_store` is `object-store`, as in openstacksdk.
fn is_type(given: &str, wanted: &str) -> bool {
    given.len() == wanted.len()
        && given
            .bytes()
            .zip(wanted.bytes())
            .all(|(a, b)| a == b || (b"-_".contains(&a) && b"-_".contains(&b)))
}

fn offers(catalog: &Value) -> Vec<Offer<'_>> {
    let mut offers = Vec::new();
    for service in list(catalog) {
        let service_type = text(service, "type");
        for endpoint in list(&service["endpoints"]) {
            let mut offer = |interface, url| {
                offers.push(Offer {
                    service_type,
                    interface,
                    region: text(endpoint, "region"),
                    region_id: text(endpoint, "region_id"),
                    url,
                });
            };
            // Version 3 has an entry per interface, version 2 a URL per interface in one entry.
            if let Some(i) = interface(text(endpoint, "interface")) {
                offer(i, text(endpoint, "url"));
            }
            for (i, key) in [("public", "publicURL"), ("internal", "internalURL"), ("admin", "adminURL")] {
                if let Some(url) = endpoint[key].as_str() {
                    offer(i, url);
                }
            }
        }
    }
    offers
}

fn list(v: &Value) -> &[Value] {
    v.as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(v: &'a Value, key: &str) -> &'a str {
    v[key].as_str().unwrap_or_default()
}

#[cold]
fn no_service(offers: &[Offer<'_>], wanted: &Endpoint, service: &Url) -> Error {
    let mut types: Vec<&str> = offers.iter().map(|o| o.service_type).collect();
    types.sort_unstable();
    types.dedup();
    let has = if types.is_empty() {
        "it is empty; does the user have a role in the project?".to_owned()
    } else {
        format!("it has {}; set os_service_type if one of these is meant", few(&types))
    };
    let kind = &wanted.service_type;
    Error::new(Kind::Auth, format!("the catalogue of {service} has no service of type {kind}: {has}"))
}

#[cold]
fn no_endpoint(typed: &[&Offer<'_>], wanted: &Endpoint, service: &Url) -> Error {
    if typed.is_empty() {
        // Keystone names a service without the endpoints that belong to a project when there is none.
        return Error::new(
            Kind::Auth,
            format!(
                "the catalogue of {service} has the service {} but no endpoint of it",
                wanted.service_type
            ),
        );
    }
    let place = wanted.region.as_deref().map(|r| format!(" in region {r:?}")).unwrap_or_default();
    Error::new(
        Kind::Auth,
        format!(
            "the catalogue of {service} has no {} endpoint of {}{place}: it has {}; set os_region_name and \
             os_endpoint_type to one of these",
            wanted.interface,
            wanted.service_type,
            regions(typed)
        ),
    )
}

/// `RegionOne (admin, public), RegionTwo (public)`
fn regions(offers: &[&Offer<'_>]) -> String {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for o in offers {
        let interfaces = found.entry(o.region()).or_default();
        if !interfaces.contains(&o.interface) {
            interfaces.push(o.interface);
        }
    }
    let texts =
        found.iter().map(|(region, interfaces)| format!("{} ({})", shorten(region), interfaces.join(", ")));
    let texts: Vec<String> = texts.collect();
    few(&texts.iter().map(String::as_str).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wanted(interface: &'static str, region: Option<&str>) -> Endpoint {
        Endpoint {
            service_type: "object-store".into(),
            interface,
            region: region.map(str::to_owned),
            any: false,
        }
    }

    fn v3() -> Value {
        let e = |interface: &str, region: &str, url: &str| {
            let mut entry = json!({"interface": interface, "region": region, "url": url});
            entry["region_id"] = json!(region);
            entry
        };
        json!([
            {"type": "identity", "name": "keystone", "endpoints": [e("public", "One", "http://id")]},
            {"type": "object-store", "name": "swift", "endpoints": [
                e("admin", "One", "http://one/admin"),
                e("public", "One", "http://one/v1/AUTH_a/"),
                e("internal", "One", "http://one/internal"),
                e("public", "Two", "http://two/v1/AUTH_a"),
            ]},
        ])
    }

    fn v2() -> Value {
        json!([{"type": "object-store", "endpoints": [
            {
                "region": "One",
                "publicURL": "http://one/p",
                "internalURL": "http://one/i",
                "adminURL": "http://one/a",
            },
            {"region": "Two", "publicURL": "http://two/p"},
        ]}])
    }

    fn chosen(catalog: &Value, wanted: &Endpoint) -> String {
        choose(catalog, wanted, &Url::parse("http://h/v3").unwrap()).unwrap().to_string()
    }

    fn message(catalog: &Value, wanted: &Endpoint) -> String {
        let e = choose(catalog, wanted, &Url::parse("http://h/v3").unwrap()).unwrap_err();
        assert!(matches!(e.kind(), Kind::Auth | Kind::Protocol) && !e.retryable());
        e.message().to_owned()
    }

    #[test]
    fn au_37_type_interface_and_region_choose_the_endpoint() {
        assert_eq!(chosen(&v3(), &wanted("public", Some("One"))), "http://one/v1/AUTH_a");
        assert_eq!(chosen(&v3(), &wanted("public", Some("Two"))), "http://two/v1/AUTH_a");
        assert_eq!(chosen(&v3(), &wanted("internal", Some("One"))), "http://one/internal");
        assert_eq!(chosen(&v3(), &wanted("admin", None)), "http://one/admin");
        assert_eq!(chosen(&v2(), &wanted("public", Some("Two"))), "http://two/p");
        assert_eq!(chosen(&v2(), &wanted("admin", None)), "http://one/a");
        let other =
            Endpoint { service_type: "identity".into(), interface: "public", region: None, any: false };
        assert_eq!(chosen(&v3(), &other), "http://id");
    }

    #[test]
    fn au_37_of_several_regions_none_is_taken_by_chance() {
        let m = message(&v3(), &wanted("public", None));
        assert!(m.contains("in several regions: One, Two; set os_region_name"), "{m}");
        let m = message(&v2(), &wanted("public", None));
        assert!(m.contains("in several regions: One, Two;"), "{m}");
        // An interface that only one of them has is no question.
        assert_eq!(chosen(&v3(), &wanted("internal", None)), "http://one/internal");
        let many: Vec<Value> = (0..1000)
            .map(|n| json!({"interface": "public", "region": format!("r{n:03}"), "url": format!("http://h{n}")}))
            .collect();
        let m = message(&json!([{"type": "object-store", "endpoints": many}]), &wanted("public", None));
        assert!(m.contains("r000, r001") && m.contains("and 980 more") && m.len() < 1000, "{m}");
    }

    #[test]
    fn au_37_any_region_is_the_first_one() {
        let any = |region| Endpoint { any: true, ..wanted("public", region) };
        assert_eq!(chosen(&v3(), &any(None)), "http://one/v1/AUTH_a");
        assert_eq!(chosen(&v2(), &any(None)), "http://one/p");
        assert_eq!(chosen(&v3(), &any(Some("Two"))), "http://two/v1/AUTH_a");
        assert!(message(&v3(), &any(Some("Three"))).contains("in region \"Three\""));
    }

    #[test]
    fn au_37_the_same_endpoint_twice_is_one() {
        let e = |region: &str, url: &str| json!({"interface": "public", "region": region, "url": url});
        let c = |all: Value| json!([{"type": "object-store", "endpoints": all}]);
        let twice = c(json!([e("a", "http://h/v1/x"), e("b", "http://h/v1/x/"), e("a", "http://h/v1/x")]));
        assert_eq!(chosen(&twice, &wanted("public", None)), "http://h/v1/x");
        let m =
            message(&c(json!([e("a", "http://h/v1/x"), e("a", "http://i/v1/x")])), &wanted("public", None));
        assert!(
            m.contains("several public endpoints of object-store in region a: http://h/v1/x, http://i"),
            "{m}"
        );
        // A second one that is no URL is not passed over either.
        message(&c(json!([e("a", "http://h/v1/x"), e("a", "nonsense")])), &wanted("public", None));
    }

    #[test]
    fn au_37_spellings_of_the_type() {
        let c = json!([{"type": "object_store", "endpoints": [{"interface": "public", "url": "http://h"}]}]);
        assert_eq!(chosen(&c, &wanted("public", None)), "http://h");
        let none = json!([{"type": "object-store", "endpoints": []}]);
        assert!(message(&none, &wanted("public", None)).contains("but no endpoint of it"));
    }

    #[test]
    fn au_37_either_spelling_of_interface_and_region() {
        let c = json!([{"type": "object-store", "endpoints": [
            {"interface": "publicURL", "region_id": "r", "url": "http://a"},
        ]}]);
        assert_eq!(chosen(&c, &wanted("public", Some("r"))), "http://a");
    }

    #[test]
    fn au_38_a_missing_endpoint_names_what_there_is() {
        let m = message(&v3(), &wanted("internal", Some("Two")));
        assert!(m.contains("One (admin, public, internal), Two (public)"), "{m}");
        assert!(m.contains("internal endpoint of object-store in region \"Two\""), "{m}");
        // A region is never matched by its beginning or in another case.
        assert!(message(&v3(), &wanted("public", Some("one"))).contains("in region \"one\""));
    }

    #[test]
    fn au_38_a_missing_service_names_the_types_there_are() {
        let other = Endpoint { service_type: "s3".into(), interface: "public", region: None, any: false };
        let m = message(&v3(), &other);
        assert!(m.contains("no service of type s3: it has identity, object-store"), "{m}");
        assert!(message(&json!([]), &other).contains("role in the project"));
        assert!(message(&Value::Null, &other).contains("role in the project"));
    }

    #[test]
    fn odd_catalogues_do_not_hurt() {
        for c in [
            json!({"type": "object-store"}),
            json!([1, "a", null, {"type": 5}]),
            json!([{"type": "object-store", "endpoints": {"url": 1}}]),
            json!([{"type": "object-store", "endpoints": [{"interface": "public", "url": null}]}]),
            json!([{"type": "object-store", "endpoints": [{"interface": "public", "url": "ftp://x"}]}]),
        ] {
            message(&c, &wanted("public", None));
        }
    }
}
