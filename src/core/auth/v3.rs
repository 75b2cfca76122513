//! Version 3 of Keystone: password (AU-32), passcode, token (AU-34), several of them, application credential (AU-41);
//! for a project, a domain, the system or a trust.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::super::config::plan::{Application, Domain, Project, Scope, User, V3, V3Method};
use super::super::error::Result;
use super::exchange::Exchange;
use super::keystone::{self, Answer};
use super::{Asked, Granted};

pub(super) fn authenticate(credentials: &V3, asked: &Asked<'_>) -> Result<Granted> {
    // A token that was given is for the first time only: what is renewed is a token, and this one is older.
    let with_token = asked.first;
    let (secrets, check, token) = match &credentials.method {
        V3Method::User { password, passcode, token, .. } => {
            let token = token.as_ref().filter(|_| with_token);
            let check = match (token, passcode) {
                (Some(_), _) => BOTH,
                (None, Some(_)) => PASSCODE,
                (None, None) => PASSWORD,
            };
            (password.iter().chain(passcode).chain(token).collect(), check, token.is_some())
        }
        V3Method::Token(token) => (vec![token], TOKEN, true),
        V3Method::Application { secret, .. } => (vec![secret], APPLICATION, false),
    };
    let exchange = Exchange {
        http: asked.http,
        call: asked.call,
        service: &credentials.url,
        origin: asked.url_origin,
        who: who(&credentials.method, credentials.scope.as_ref(), asked.service),
        check: if asked.service { SERVICE } else { check },
        wrong_url: "version 3 of Keystone was asked for, whose URL usually ends in /v3; for tempauth set \
                    auth_version to 1",
        token,
        secrets,
    };
    let url = credentials.url.join("/auth/tokens");
    let body = request(&credentials.method, credentials.scope.as_ref(), with_token);
    let fetched = exchange.send("POST", &url, &keystone::headers(), Some(&body))?;
    let body = keystone::json(&exchange, &fetched.body)?;
    let token = &body["token"];
    let answer = Answer {
        token: fetched.headers.get_str("x-subject-token"),
        issued: &token["issued_at"],
        expires: &token["expires_at"],
        catalog: &token["catalog"],
        project: &token["project"]["id"],
    };
    let granted = keystone::granted(&exchange, &answer, &credentials.endpoint, asked);
    let domain_or_system = matches!(credentials.scope, Some(Scope::Domain(_) | Scope::System));
    granted.map_err(|e| if domain_or_system { e.remark(NO_ACCOUNT) } else { e })
}

const NO_ACCOUNT: &str = "a token for a domain or the system belongs to no project, so the catalogue cannot name \
                          an account: set os_storage_url (OS_STORAGE_URL) to that of the account to work in";

const PASSWORD: &str = "check the user, the password, the project and their domains (os_username, \
                        os_password, os_project_name, os_user_domain_name, os_project_domain_name)";
const PASSCODE: &str = "check the user, the passcode, which is good for half a minute, the password if one is needed \
                        too, and the project (os_username, os_passcode, os_password, os_project_name)";
const BOTH: &str = "both the password and os_auth_token were presented; unset os_auth_token if it is old, \
                    and check the user, the password, the project and their domains";
const TOKEN: &str = "it may have expired, or not be for this project (os_auth_token, os_project_name)";
const APPLICATION: &str = "check the application credential and its secret (os_application_credential_id, \
                           os_application_credential_secret); it may have expired or been deleted";

const SERVICE: &str = "this is the token of the service (X-Service-Token): check its settings (service_username, \
                       service_key, service_project_name, service_user_domain_name, \
                       service_project_domain_name, service_auth_version)";

/// Who authenticates, for messages.
fn who(method: &V3Method, wanted: Option<&Scope>, service: bool) -> String {
    let domain = |text: &mut String, d: &Domain| {
        // Writing to a String cannot fail.
        let _ = match d {
            Domain::Id(id) => write!(text, " of the domain with id {id:?}"),
            Domain::Name(name) => write!(text, " of domain {name:?}"),
        };
    };
    let user = |user: &User| match user {
        User::Id(id) => format!("the user with id {id:?}"),
        User::Name(name, d) => {
            let mut text = format!("user {name:?}");
            domain(&mut text, d);
            text
        }
    };
    let mut text = match method {
        V3Method::User { user: u, .. } => user(u),
        V3Method::Token(_) => "the token of os_auth_token".to_owned(),
        V3Method::Application { credential: Application::Id(id), .. } => {
            format!("the application credential with id {id:?}")
        }
        V3Method::Application { credential: Application::Name(name, u), .. } => {
            format!("the application credential {name:?} of {}", user(u))
        }
    };
    let _ = match wanted {
        None => Ok(()),
        Some(Scope::Project(Project::Id(id))) => write!(text, " for the project with id {id:?}"),
        Some(Scope::Project(Project::Name(name, d))) => {
            let done = write!(text, " for project {name:?}");
            domain(&mut text, d);
            done
        }
        Some(Scope::Domain(Domain::Id(id))) => write!(text, " for the domain with id {id:?}"),
        Some(Scope::Domain(Domain::Name(name))) => write!(text, " for domain {name:?}"),
        Some(Scope::System) => write!(text, " for the system"),
        Some(Scope::Trust(id)) => write!(text, " by the trust with id {id:?}"),
    };
    if service {
        text.push_str(", as the service");
    }
    text
}

fn request(method: &V3Method, wanted: Option<&Scope>, with_token: bool) -> Value {
    let mut methods = Vec::new();
    let mut identity = Map::new();
    let mut present = |name: &str, value: Value| {
        methods.push(json!(name));
        identity.insert(name.to_owned(), value);
    };
    match method {
        V3Method::User { user, password, passcode, token } => {
            if let Some(token) = token.as_ref().filter(|_| with_token) {
                present("token", json!({"id": token.expose()}));
            }
            for (name, field, secret) in [("password", "password", password), ("totp", "passcode", passcode)]
            {
                if let Some(secret) = secret {
                    let mut user = user_json(user);
                    user[field] = json!(secret.expose());
                    present(name, json!({"user": user}));
                }
            }
        }
        V3Method::Token(token) => present("token", json!({"id": token.expose()})),
        V3Method::Application { credential, secret } => {
            let mut credential = match credential {
                Application::Id(id) => json!({"id": id}),
                Application::Name(name, user) => json!({"name": name, "user": user_json(user)}),
            };
            credential["secret"] = json!(secret.expose());
            present("application_credential", credential);
        }
    }
    identity.insert("methods".to_owned(), Value::Array(methods));
    let mut auth = json!({"identity": identity});
    if let Some(wanted) = wanted {
        auth["scope"] = scope(wanted);
    }
    json!({"auth": auth})
}

fn user_json(user: &User) -> Value {
    match user {
        User::Id(id) => json!({"id": id}),
        User::Name(name, domain) => json!({"name": name, "domain": domain_json(domain)}),
    }
}

fn scope(wanted: &Scope) -> Value {
    match wanted {
        Scope::Project(Project::Id(id)) => json!({"project": {"id": id}}),
        Scope::Project(Project::Name(name, domain)) => {
            json!({"project": {"name": name, "domain": domain_json(domain)}})
        }
        Scope::Domain(domain) => json!({"domain": domain_json(domain)}),
        Scope::System => json!({"system": {"all": true}}),
        Scope::Trust(id) => json!({"OS-TRUST:trust": {"id": id}}),
    }
}

fn domain_json(domain: &Domain) -> Value {
    match domain {
        Domain::Id(id) => json!({"id": id}),
        Domain::Name(name) => json!({"name": name}),
    }
}
