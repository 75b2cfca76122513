//! Version 3 of Keystone: password (AU-32), token (AU-34) and application credential (AU-41).

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::super::config::plan::{Application, Domain, Project, User, V3, V3Method};
use super::super::error::Result;
use super::exchange::Exchange;
use super::keystone::{self, Answer};
use super::{Asked, Granted};

pub(super) fn authenticate(credentials: &V3, asked: &Asked<'_>) -> Result<Granted> {
    // A token that was given is for the first time only: what is renewed is a token, and this one is older.
    let with_token = asked.first;
    let (secrets, check, token) = match &credentials.method {
        V3Method::Password { password, token: Some(token), .. } if with_token => {
            (vec![password, token], BOTH, true)
        }
        V3Method::Password { password, .. } => (vec![password], PASSWORD, false),
        V3Method::Token { token, .. } => (vec![token], TOKEN, true),
        V3Method::Application { secret, .. } => (vec![secret], APPLICATION, false),
    };
    let exchange = Exchange {
        http: asked.http,
        call: asked.call,
        service: &credentials.url,
        origin: asked.url_origin,
        who: who(&credentials.method),
        check,
        wrong_url: "version 3 of Keystone was asked for, whose URL usually ends in /v3; for tempauth set \
                    auth_version to 1",
        token,
        secrets,
    };
    let url = credentials.url.join("/auth/tokens");
    let body = request(&credentials.method, with_token);
    let fetched = exchange.send("POST", &url, &keystone::headers(), Some(&body))?;
    let body = keystone::json(&exchange, &fetched.body)?;
    let token = &body["token"];
    let answer = Answer {
        token: fetched.headers.get_str("x-subject-token"),
        issued: &token["issued_at"],
        expires: &token["expires_at"],
        catalog: &token["catalog"],
    };
    keystone::granted(&exchange, &answer, &credentials.endpoint, asked)
}

const PASSWORD: &str = "check the user, the password, the project and their domains (os_username, \
                        os_password, os_project_name, os_user_domain_name, os_project_domain_name)";
const BOTH: &str = "both the password and os_auth_token were presented; unset os_auth_token if it is old, \
                    and check the user, the password, the project and their domains";
const TOKEN: &str = "it may have expired, or not be for this project (os_auth_token, os_project_name)";
const APPLICATION: &str = "check the application credential and its secret (os_application_credential_id, \
                           os_application_credential_secret); it may have expired or been deleted";

/// Who authenticates, for messages.
fn who(method: &V3Method) -> String {
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
    let with_project = |mut text: String, project: &Project| {
        let _ = match project {
            Project::Id(id) => write!(text, " for the project with id {id:?}"),
            Project::Name(name, _) => write!(text, " for project {name:?}"),
        };
        if let Project::Name(_, d) = project {
            domain(&mut text, d);
        }
        text
    };
    match method {
        V3Method::Password { user: u, project, .. } => with_project(user(u), project),
        V3Method::Token { project, .. } => with_project("the token of os_auth_token".to_owned(), project),
        V3Method::Application { credential: Application::Id(id), .. } => {
            format!("the application credential with id {id:?}")
        }
        V3Method::Application { credential: Application::Name(name, u), .. } => {
            format!("the application credential {name:?} of {}", user(u))
        }
    }
}

fn request(method: &V3Method, with_token: bool) -> Value {
    match method {
        V3Method::Password { user, password, token, project } => {
            let mut user = user_json(user);
            user["password"] = json!(password.expose());
            let identity = match token {
                // AU-34
                Some(token) if with_token => json!({
                    "methods": ["token", "password"],
                    "token": {"id": token.expose()},
                    "password": {"user": user},
                }),
                _ => json!({"methods": ["password"], "password": {"user": user}}),
            };
            json!({"auth": {"identity": identity, "scope": scope(project)}})
        }
        V3Method::Token { token, project } => json!({"auth": {
            "identity": {"methods": ["token"], "token": {"id": token.expose()}},
            "scope": scope(project),
        }}),
        V3Method::Application { credential, secret } => {
            let mut credential = match credential {
                Application::Id(id) => json!({"id": id}),
                Application::Name(name, user) => json!({"name": name, "user": user_json(user)}),
            };
            credential["secret"] = json!(secret.expose());
            // Its project is part of it, so there is no scope.
            json!({"auth": {"identity": {
                "methods": ["application_credential"],
                "application_credential": credential,
            }}})
        }
    }
}

fn user_json(user: &User) -> Value {
    match user {
        User::Id(id) => json!({"id": id}),
        User::Name(name, domain) => json!({"name": name, "domain": domain_json(domain)}),
    }
}

fn scope(project: &Project) -> Value {
    match project {
        Project::Id(id) => json!({"project": {"id": id}}),
        Project::Name(name, domain) => json!({"project": {"name": name, "domain": domain_json(domain)}}),
    }
}

fn domain_json(domain: &Domain) -> Value {
    match domain {
        Domain::Id(id) => json!({"id": id}),
        Domain::Name(name) => json!({"name": name}),
    }
}
