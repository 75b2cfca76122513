//! Version 3 of Keystone: what is presented, who by, and what the token shall be good for.

use super::super::super::error::{Error, Result};
use super::super::Picked;
use super::super::plan::{Application, Domain, Project, Scope, Secret, User, V3, V3Method};
use super::{AUTH_URL, Given, Method, Missing, Named, PASSWORD, TOKEN};

const PASSCODE: &str = "passcode, though os_auth_type asks for one: set os_passcode (OS_PASSCODE)";
const SCOPE: &str = "project: set os_project_name or os_project_id (OS_PROJECT_NAME, OS_PROJECT_ID), or give the \
                     user as project:user; or say with os_trust_id, os_domain_id, os_domain_name or \
                     os_system_scope what else the token shall be for";

impl<'a> Given<'a> {
    pub(super) fn v3(&self, method: Method) -> Result<V3> {
        let mut missing = Missing::default();
        let url = missing.unless(self.keystone("/v3")?, AUTH_URL);
        let (found, scope) = if method == Method::Application {
            let (name, _) = self.user_and_project()?;
            (self.v3_application(name, &mut missing)?, None)
        } else {
            let (name, scope) = self.v3_scope()?;
            let scope = missing.unless(scope, SCOPE);
            (self.v3_factors(method, name, &mut missing)?, scope)
        };
        match (url, found, scope) {
            (Some(url), Some(method), scope) if missing.0.is_empty() => {
                Ok(V3 { url, method, scope, endpoint: self.endpoint()? })
            }
            _ => Err(missing.error(3)),
        }
    }

    /// What the token shall be for, and the name of the user, which may hold a project.
    fn v3_scope(&self) -> Result<(Option<&'a str>, Option<Scope>)> {
        let projects = ["os_project_id", "os_tenant_id", "os_project_name", "os_tenant_name"];
        let mut wanted: Vec<Picked<'a>> = Vec::new();
        wanted.extend(self.config.pick(&["os_trust_id"])?);
        wanted.extend(self.config.pick(&["os_system_scope"])?);
        let project = self.config.pick(&projects)?;
        wanted.extend(project);
        if project.is_none() {
            wanted.extend(self.config.pick(&["os_domain_id", "os_domain_name"])?);
        }
        // What was set goes before what the environment says.
        if wanted.iter().any(|p| p.explicit) {
            wanted.retain(|p| p.explicit);
        }
        if let [first, second, ..] = wanted[..] {
            return Err(Error::invalid(format!(
                "options {} and {} are both set: a token is for one of project, domain, system and trust",
                first.key, second.key
            )));
        }
        let whole = self.user.map(|u| u.text);
        Ok(match wanted.first() {
            Some(p) if p.key == "os_trust_id" => (whole, Some(Scope::Trust(p.text.to_owned()))),
            Some(p) if p.key == "os_system_scope" => (whole, Some(Scope::System)),
            Some(p) if p.key == "os_domain_id" => (whole, Some(Scope::Domain(Domain::Id(p.text.to_owned())))),
            Some(p) if p.key == "os_domain_name" => {
                (whole, Some(Scope::Domain(Domain::Name(p.text.to_owned()))))
            }
            _ => {
                let (name, project) = self.user_and_project()?;
                let project = match project {
                    Some(Named::Id(id)) => Some(Project::Id(id.to_owned())),
                    Some(Named::Name(name)) => {
                        let domain = self.domain("os_project_domain_id", "os_project_domain_name")?;
                        Some(Project::Name(name.to_owned(), domain))
                    }
                    None => None,
                };
                (name, project.map(Scope::Project))
            }
        })
    }

    /// Password, passcode and token, as far as they are asked for.
    fn v3_factors(
        &self,
        method: Method,
        name: Option<&str>,
        missing: &mut Missing,
    ) -> Result<Option<V3Method>> {
        let (password, passcode, token) = match method {
            Method::Factors { password, passcode, token } => (password, passcode, token),
            // A password is what is missing when there is nothing.
            _ => (
                self.passcode.is_none() || self.password.is_some(),
                self.passcode.is_some(),
                self.token.is_some(),
            ),
        };
        let secret = |picked: Picked<'_>| Secret::from(picked.text);
        let token = if token { missing.unless(self.token.clone(), TOKEN) } else { None };
        if !password && !passcode {
            return Ok(token.map(V3Method::Token));
        }
        let user = missing
            .unless(self.v3_user(name)?, "user: set os_username or os_user_id (OS_USERNAME, OS_USER_ID)");
        let password = if password { missing.unless(self.password, PASSWORD).map(secret) } else { None };
        let passcode = if passcode { missing.unless(self.passcode, PASSCODE).map(secret) } else { None };
        Ok(user.map(|user| V3Method::User { user, password, passcode, token }))
    }

    /// AU-41: an application credential by its id, or by the name its user gave it.
    fn v3_application(&self, user: Option<&str>, missing: &mut Missing) -> Result<Option<V3Method>> {
        let secret = missing.unless(
            self.config.pick(&["os_application_credential_secret"])?,
            "secret: set os_application_credential_secret (OS_APPLICATION_CREDENTIAL_SECRET)",
        );
        let picked = self.config.pick(&["os_application_credential_id", "os_application_credential_name"])?;
        let picked = missing.unless(
            picked,
            "application credential: set os_application_credential_id (OS_APPLICATION_CREDENTIAL_ID)",
        );
        let credential = match picked {
            Some(id) if id.key == "os_application_credential_id" => Some(Application::Id(id.text.to_owned())),
            Some(name) => missing
                .unless(
                    self.v3_user(user)?,
                    "user of the application credential, which is given by name: set os_username or \
                     os_user_id, or give os_application_credential_id instead",
                )
                .map(|user| Application::Name(name.text.to_owned(), user)),
            None => None,
        };
        Ok(credential
            .zip(secret)
            .map(|(credential, s)| V3Method::Application { credential, secret: s.text.into() }))
    }

    /// The user by id, which needs no domain, or by name; one that was set goes before one found in the
    /// environment.
    fn v3_user(&self, name: Option<&str>) -> Result<Option<User>> {
        Ok(match (self.config.pick(&["os_user_id", "user", "os_username"])?, name) {
            (Some(id), _) if id.key == "os_user_id" => Some(User::Id(id.text.to_owned())),
            (_, Some(name)) => {
                Some(User::Name(name.to_owned(), self.domain("os_user_domain_id", "os_user_domain_name")?))
            }
            _ => None,
        })
    }

    /// AU-33: the domain with the id `default` when nothing is said. A domain given beside a project is that of both,
    /// as in openstacksdk.
    fn domain(&self, id: &'static str, name: &'static str) -> Result<Domain> {
        let scoped =
            self.config.pick(&["os_project_id", "os_tenant_id", "os_project_name", "os_tenant_name"])?;
        let mut sources = vec![[id, name]];
        if scoped.is_some() {
            sources.push(["os_domain_id", "os_domain_name"]);
        }
        sources.push(["os_default_domain_id", "os_default_domain_name"]);
        for pair in sources {
            match self.config.pick(&pair)? {
                Some(p) if p.key == pair[0] => return Ok(Domain::Id(p.text.to_owned())),
                Some(p) => return Ok(Domain::Name(p.text.to_owned())),
                None => {}
            }
        }
        Ok(Domain::Id("default".to_owned()))
    }
}
