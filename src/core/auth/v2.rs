//! Version 2 of Keystone (AU-36): gone from Keystone itself, alive in some providers.

use serde_json::{Value, json};

use super::super::config::plan::{Tenant, V2, V2Method, V2User};
use super::super::error::Result;
use super::exchange::Exchange;
use super::keystone::{self, Answer};
use super::{Asked, Granted};

pub(super) fn authenticate(credentials: &V2, asked: &Asked<'_>) -> Result<Granted> {
    let (who, check, secret) = match &credentials.method {
        V2Method::Password { user: V2User::Name(name), password } => {
            (format!("user {name:?}"), PASSWORD, password)
        }
        V2Method::Password { user: V2User::Id(id), password } => {
            (format!("the user with id {id:?}"), PASSWORD, password)
        }
        V2Method::Token(token) => ("the token of os_auth_token".to_owned(), TOKEN, token),
    };
    let tenant = match &credentials.tenant {
        Tenant::Id(id) => format!("the project with id {id:?}"),
        Tenant::Name(name) => format!("project {name:?}"),
    };
    let exchange = Exchange {
        http: asked.http,
        call: asked.call,
        service: &credentials.url,
        origin: asked.url_origin,
        who: format!("{who} for {tenant}{}", if asked.service { ", as the service" } else { "" }),
        check: if asked.service { SERVICE } else { check },
        wrong_url: "version 2 was asked for, which Keystone no longer has: set auth_version \
                    (OS_IDENTITY_API_VERSION) to 3, unless the provider says otherwise",
        token: matches!(credentials.method, V2Method::Token(_)),
        secrets: vec![secret],
    };
    let url = credentials.url.join("/tokens");
    let fetched = exchange.send("POST", &url, &keystone::headers(), Some(&request(credentials)))?;
    let body = keystone::json(&exchange, &fetched.body)?;
    let access = &body["access"];
    let answer = Answer {
        token: access["token"]["id"].as_str(),
        issued: &access["token"]["issued_at"],
        expires: &access["token"]["expires"],
        catalog: &access["serviceCatalog"],
        project: &access["token"]["tenant"]["id"],
    };
    keystone::granted(&exchange, &answer, &credentials.endpoint, asked)
}

const PASSWORD: &str =
    "check the user, the password and the project (os_username, os_password, os_project_name)";
const SERVICE: &str = "this is the token of the service (X-Service-Token): check its settings (service_username, \
                       service_key, service_project_name, service_auth_version)";
const TOKEN: &str = "it may have expired, or not be for this project (os_auth_token, os_project_name)";

fn request(credentials: &V2) -> Value {
    let mut auth = match &credentials.method {
        V2Method::Password { user: V2User::Name(name), password } => {
            json!({"passwordCredentials": {"username": name, "password": password.expose()}})
        }
        V2Method::Password { user: V2User::Id(id), password } => {
            json!({"passwordCredentials": {"userId": id, "password": password.expose()}})
        }
        V2Method::Token(token) => json!({"token": {"id": token.expose()}}),
    };
    match &credentials.tenant {
        Tenant::Id(id) => auth["tenantId"] = json!(id),
        Tenant::Name(name) => auth["tenantName"] = json!(name),
    }
    json!({"auth": auth})
}
