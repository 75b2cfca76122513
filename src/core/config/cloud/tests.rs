//! Files found, merged and translated, in a folder of each test's own.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

use super::super::Config;
use super::super::plan::{AuthPlan, Credentials, Domain, Project, Scope, User, V3, V3Method};
use super::*;

/// A home of a test's own, with nothing in it; removed when dropped.
struct Home(PathBuf);

impl Home {
    fn new() -> Home {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("swc-cloud-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Home(path)
    }

    /// Writes a file below it.
    fn put(&self, name: &str, text: &str) -> String {
        // On Windows the maker stands in that path, too.
        let name = if cfg!(windows) { name.replace("site/", "site/OpenStack/") } else { name.to_owned() };
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Settings that find nothing but what is below it.
    fn config(&self) -> Loading<'_> {
        let site = self.0.join("site");
        let vars = if cfg!(windows) {
            [("USERPROFILE", self.0.as_path()), ("PROGRAMDATA", site.as_path())]
        } else {
            [("HOME", self.0.as_path()), ("XDG_CONFIG_DIRS", site.as_path())]
        };
        let vars = vars.map(|(n, p)| (n.to_owned(), p.as_os_str().to_owned()));
        Loading { config: Config::new(), vars: vars.into(), home: self }
    }

    /// The one cloud of this text.
    fn one(&self, text: &str) -> Config {
        let file = self.put("clouds.yaml", text);
        self.config().cloud("c", Some(&file)).unwrap()
    }

    fn refused(&self, text: &str) -> String {
        let file = self.put("clouds.yaml", text);
        let e = self.config().cloud("c", Some(&file)).unwrap_err();
        assert!(!e.message().contains("geheim"), "{e}");
        e.message().replace(self.0.to_str().unwrap(), "HOME").replace('\\', "/")
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

struct Loading<'a> {
    config: Config,
    vars: HashMap<String, OsString>,
    home: &'a Home,
}

impl Loading<'_> {
    fn var(mut self, name: &str, value: &str) -> Self {
        let value = value.replace("HOME", self.home.0.to_str().unwrap());
        self.vars.insert(name.to_owned(), value.into());
        self
    }

    fn set(mut self, key: &str, value: &str) -> Self {
        self.config.set(key, Some(value)).unwrap();
        self
    }

    fn env(mut self) -> Result<Config> {
        let vars = self.vars;
        self.config.load_env_from(|n| vars.get(n).cloned())?;
        Ok(self.config)
    }

    fn cloud(mut self, name: &str, file: Option<&str>) -> Result<Config> {
        let vars = self.vars;
        let name = Some(name).filter(|n| !n.is_empty());
        self.config.load_cloud_from(name, file, &|n| vars.get(n).cloned())?;
        Ok(self.config)
    }
}

/// As a program would use it.
fn v3(c: &Config) -> V3 {
    match AuthPlan::from_config(&c.with_cloud().unwrap()).unwrap().credentials.unwrap() {
        Credentials::V3(v) => v,
        other => panic!("{other:?}"),
    }
}

const CLOUD: &str = "
clouds:
  c:
    auth:
      auth_url: http://h:5000
      username: me
      password: geheim
      project_name: p
      user_domain_name: U
      project_domain_id: pd
    region_name: r
    interface: internal
    verify: false
    cacert: /ca
    cert: /cert
    key: /key
    api_timeout: 7
    identity_api_version: 3
    volume_api_version: 3
";

#[test]
fn every_part_of_a_cloud_becomes_a_setting() {
    let home = Home::new();
    let c = home.one(CLOUD);
    for (key, expected) in [
        ("os_auth_url", "http://h:5000"),
        ("os_username", "me"),
        ("os_password", "geheim"),
        ("os_project_name", "p"),
        ("os_user_domain_name", "U"),
        ("os_project_domain_id", "pd"),
        ("os_region_name", "r"),
        ("os_endpoint_type", "internal"),
        ("insecure", "true"),
        ("os_cacert", "/ca"),
        ("os_cert", "/cert"),
        ("os_key", "/key"),
        ("timeout", "7"),
        ("auth_version", "3"),
        ("os_cloud", "c"),
    ] {
        assert_eq!(c.get(key).unwrap(), expected, "{key}");
        assert!(c.is_set(key).unwrap(), "{key}");
    }
    assert!(!format!("{c:?}").contains("geheim"));
    let v = v3(&c);
    assert_eq!((v.endpoint.interface, v.endpoint.region.as_deref()), ("internal", Some("r")));
    assert_eq!(v.scope, Some(Scope::Project(Project::Name("p".into(), Domain::Id("pd".into())))));

    for (yaml, key, expected) in [
        ("auth: {user_id: u}", "os_user_id", "u"),
        ("auth: {project_id: i}", "os_project_id", "i"),
        ("auth: {tenant_name: t}", "os_project_name", "t"),
        ("auth: {tenant-id: t}", "os_project_id", "t"),
        ("auth: {user_domain_id: d}", "os_user_domain_id", "d"),
        ("auth: {project_domain_name: d}", "os_project_domain_name", "d"),
        ("auth: {domain_id: d}", "os_domain_id", "d"),
        ("auth: {domain_name: d}", "os_domain_name", "d"),
        ("auth: {default_domain: d}", "os_default_domain_id", "d"),
        ("auth: {default_domain_name: d}", "os_default_domain_name", "d"),
        ("auth: {system_scope: all}", "os_system_scope", "all"),
        ("auth: {trust_id: t}", "os_trust_id", "t"),
        ("auth: {token: t}", "os_auth_token", "t"),
        ("auth: {passcode: 012345}", "os_passcode", "012345"),
        ("auth: {application_credential_id: i}", "os_application_credential_id", "i"),
        ("auth: {application_credential_name: n}", "os_application_credential_name", "n"),
        ("auth: {application_credential_secret: s}", "os_application_credential_secret", "s"),
        ("auth_type: v3token", "os_auth_type", "v3token"),
        ("auth_methods: [v3password, v3totp]", "os_auth_methods", "v3password,v3totp"),
        ("endpoint_type: admin", "os_endpoint_type", "admin"),
        ("interface: admin, object_store_interface: public", "os_endpoint_type", "public"),
        ("object_store_endpoint_override: http://s/v1/a", "os_storage_url", "http://s/v1/a"),
        ("object_store_service_type: store", "os_service_type", "store"),
        ("region_name: r, object_store_region_name: s", "os_region_name", "s"),
        ("insecure: yes", "insecure", "yes"),
        ("verify: yes", "insecure", "false"),
        // At the top it goes before `auth` where openstacksdk has it so, else after it.
        ("auth: {project_name: a}, project_name: b", "os_project_name", "b"),
        ("auth: {username: a}, username: b", "os_username", "a"),
        ("username: b", "os_username", "b"),
        ("auth: {auth_url: 'http://{region_name}.h/v3'}, region_name: r", "os_auth_url", "http://r.h/v3"),
        // Where no version is said, it is Keystone's.
        ("auth: {auth_url: http://h}", "auth_version", "3"),
        ("auth: {auth_url: http://h/v2.0/}", "auth_version", ""),
        (
            "auth_type: admin_token, auth: {token: t, endpoint: http://s/v1/a}",
            "os_storage_url",
            "http://s/v1/a",
        ),
    ] {
        assert_eq!(home.one(&format!("clouds: {{c: {{{yaml}}}}}")).get(key).unwrap(), expected, "{yaml}");
    }
    let c = home.one("clouds: {c: {cacert: ~/ca.pem}}");
    assert!(!c.get("os_cacert").unwrap().starts_with('~'));
}

#[test]
fn what_was_set_goes_before_the_cloud_and_that_before_the_environment() {
    let home = Home::new();
    home.put(".config/openstack/clouds.yaml", CLOUD);
    let loading = || {
        home.config()
            .var("OS_CLOUD", "c")
            .var("OS_USERNAME", "env")
            .var("OS_PROJECT_ID", "env")
            .var("OS_CACERT", "/env")
            .var("OS_STORAGE_URL", "http://env/v1/a")
            .var("ST_USER", "env")
    };
    let c = loading().set("os_project_name", "set").env().unwrap();
    let get = |c: &Config, key: &str| c.get(key).unwrap().to_owned();
    assert_eq!((get(&c, "os_username"), get(&c, "os_project_name")), ("me".into(), "set".into()));
    // Not even what the cloud is silent about.
    for key in ["os_project_id", "os_storage_url", "user"] {
        assert_eq!(get(&c, key), "", "{key}");
    }
    assert_eq!(get(&c, "os_cacert"), "/ca");
    // Set later, it has the same effect; taken back, the cloud counts again.
    let mut c = loading().env().unwrap();
    c.set("os_username", Some("set")).unwrap();
    assert_eq!(get(&c, "os_username"), "set");
    c.set("os_username", None).unwrap();
    assert_eq!(get(&c, "os_username"), "me");
    // What only the environment can hold does count.
    let c = loading().var("OS_PASSCODE", "123456").var("SWIFTCLIENT_INSECURE", "true").env().unwrap();
    assert_eq!(get(&c, "os_passcode"), "123456");
    // Without the cloud, the environment is what it was.
    let mut c = loading().env().unwrap();
    c.set("os_cloud", Some("")).unwrap();
    assert_eq!(
        (get(&c, "os_username"), get(&c, "user"), get(&c, "os_password")),
        ("env".into(), "env".into(), String::new())
    );
    // Whole ST_* credentials are meant, unless the cloud is named outright.
    let st = || loading().var("ST_AUTH", "http://t/auth/v1.0").var("ST_KEY", "k");
    let c = st().env().unwrap();
    assert_eq!((get(&c, "os_cloud"), get(&c, "user")), (String::new(), "env".into()));
    let c = st().set("os_cloud", "c").env().unwrap();
    assert_eq!((get(&c, "user"), get(&c, "os_username")), (String::new(), "me".into()));
    let mut c = st().cloud("c", None).unwrap();
    c.load_env_from(|n| (n == "ST_USER").then(|| "env".into())).unwrap();
    assert_eq!(get(&c, "user"), "");
}

#[test]
fn a_secret_may_be_in_the_environment_when_the_files_lack_it() {
    let home = Home::new();
    let user = "clouds: {c: {auth: {auth_url: http://h, username: me, project_name: p}}}";
    let app = "clouds: {c: {auth: {auth_url: http://h, application_credential_id: i}}}";
    let load = |text: &str| {
        home.put("clouds.yaml", text);
        let loading = home.config().var("OS_CLIENT_CONFIG_FILE", "HOME/clouds.yaml").var("OS_CLOUD", "c");
        loading.var("OS_PASSWORD", "pw").var("OS_APPLICATION_CREDENTIAL_SECRET", "s").env().unwrap()
    };
    let c = load(user);
    let secret = "os_application_credential_secret";
    assert_eq!((c.get("os_password").unwrap(), c.get(secret).unwrap()), ("pw", ""));
    assert!(matches!(v3(&c).method, V3Method::User { .. }));
    let c = load(app);
    assert_eq!((c.get("os_password").unwrap(), c.get(secret).unwrap()), ("", "s"));
    assert!(matches!(v3(&c).method, V3Method::Application { .. }));
}

#[test]
fn files_are_found_in_the_order_of_openstacksdk() {
    let home = Home::new();
    let cloud = |user: &str| format!("clouds: {{c: {{auth: {{username: {user}}}}}}}");
    let user = |l: Loading<'_>| l.cloud("c", None).map(|c| c.get("os_username").unwrap().to_owned());
    let e = user(home.config()).unwrap_err();
    assert_eq!(e.kind(), Kind::InvalidArgument);
    let last = if cfg!(windows) { "site\\OpenStack\\openstack" } else { "/etc/openstack" };
    assert!(e.message().contains("there is no clouds.yaml in ., ") && e.message().contains(last), "{e}");
    // From the last to the first: each goes before those written earlier.
    for (file, name) in [
        ("site/openstack/clouds.json", "site-json"),
        ("site/openstack/clouds.yaml", "site"),
        (".config/openstack/clouds.yml", "yml"),
        (".config/openstack/clouds.yaml", "home"),
    ] {
        let text = cloud(name);
        let json = format!("{{\"clouds\": {{\"c\": {{\"auth\": {{\"username\": \"{name}\"}}}}}}}}");
        home.put(file, if file.ends_with("json") { &json } else { &text });
        assert_eq!(user(home.config()).unwrap(), name);
    }
    if cfg!(windows) {
        home.put("local/OpenStack/openstack/clouds.yaml", &cloud("local"));
        assert_eq!(user(home.config().var("LOCALAPPDATA", "HOME/local")).unwrap(), "local");
    } else {
        home.put("xdg/openstack/clouds.yaml", &cloud("xdg"));
        assert_eq!(user(home.config().var("XDG_CONFIG_HOME", "HOME/xdg")).unwrap(), "xdg");
        home.put("snap/.config/openstack/clouds.yaml", &cloud("snap"));
        let snap = home.config().var("SNAP_REAL_HOME", "HOME/snap").var("XDG_CONFIG_HOME", "HOME/none");
        assert_eq!(user(snap).unwrap(), "snap");
    }
    // A file that was named goes before all, and is not passed over when it is not there.
    let named = home.put("mine.yaml", &cloud("mine"));
    let loading = home.config().var("OS_CLIENT_CONFIG_FILE", &named).var("OS_CLOUD", "c");
    assert_eq!(loading.env().unwrap().get("os_username").unwrap(), "mine");
    assert_eq!(user(home.config().set("os_client_config_file", &named)).unwrap(), "mine");
    let e = home.config().cloud("c", Some("/none/clouds.yaml")).unwrap_err();
    assert_eq!(e.kind(), Kind::Io);
    assert!(e.message().starts_with("/none/clouds.yaml: it cannot be read"), "{e}");
}

#[test]
fn secrets_and_profiles_are_merged_as_by_openstacksdk() {
    let home = Home::new();
    home.put(
        ".config/openstack/clouds.yaml",
        "clouds: {c: {profile: acme, auth: {username: me, project_name: p}, region_name: r}}",
    );
    home.put(".config/openstack/secure.yaml", "clouds: {c: {auth: {password: pw, project_name: q}}, d: {}}");
    home.put(
        "site/openstack/clouds-public.yaml",
        "public-clouds: {acme: {auth: {auth_url: http://acme/v3, project_name: x}, region_name: z, interface: admin}}",
    );
    let c = home.config().cloud("c", None).unwrap();
    for (key, expected) in [
        ("os_username", "me"),
        ("os_password", "pw"),
        ("os_project_name", "q"),
        ("os_auth_url", "http://acme/v3"),
        ("os_region_name", "r"),
        ("os_endpoint_type", "admin"),
    ] {
        assert_eq!(c.get(key).unwrap(), expected, "{key}");
    }
    // Files of one's own, and those that lie beside one that was named.
    let named = home.put("a/clouds.yaml", "clouds: {c: {auth: {username: a}}}");
    home.put("a/secure.yaml", "clouds: {c: {auth: {password: beside}}}");
    let secure = home.put("b.yaml", "clouds: {c: {auth: {password: own}}}");
    let c = home.config().cloud("c", Some(&named)).unwrap();
    assert_eq!(c.get("os_password").unwrap(), "beside");
    let c = home.config().set("os_client_secure_file", &secure).cloud("c", Some(&named)).unwrap();
    assert_eq!(c.get("os_password").unwrap(), "own");
    let c = home.config().var("OS_CLIENT_SECURE_FILE", &secure).var("OS_CLOUD", "c").env().unwrap();
    assert_eq!(c.get("os_password").unwrap(), "own");
    // A profile that is nowhere is named, unless nothing hangs on it.
    let m = home.refused("clouds: {c: {profile: nowhere, auth: {username: u}}}");
    assert!(m.contains("its profile \"nowhere\" is in no clouds-public.yaml"), "{m}");
    assert_eq!(
        home.one("clouds: {c: {profile: n, auth: {auth_url: http://h}}}").get("os_auth_url").unwrap(),
        "http://h"
    );
}

#[test]
fn of_several_regions_the_one_that_is_set_counts() {
    let home = Home::new();
    let text = "
clouds:
  c:
    auth: {auth_url: 'http://{region_name}.h/v3', username: me, password: pw, project_name: p}
    regions:
      - one
      - name: two
        values: {auth: {project_name: q}, interface: admin}
";
    // None is taken by chance.
    let mut c = home.one(text);
    let e = c.with_cloud().unwrap_err();
    assert!(e.message().contains("several regions: one, two; set os_region_name"), "{e}");
    c.set("os_region_name", Some("two")).unwrap();
    for (key, expected) in [
        ("os_auth_url", "http://two.h/v3"),
        ("os_project_name", "q"),
        ("os_endpoint_type", "admin"),
        ("os_username", "me"),
    ] {
        assert_eq!(c.get(key).unwrap(), expected, "{key}");
    }
    let v = v3(&c);
    assert_eq!(v.url.to_string(), "http://two.h/v3");
    c.set("os_region_name", Some("one")).unwrap();
    assert_eq!((c.get("os_project_name").unwrap(), c.get("os_endpoint_type").unwrap()), ("p", "public"));
    let e = c.set("os_region_name", Some("three")).unwrap_err();
    assert!(e.message().contains("it has no region \"three\" but one, two"), "{e}");
    assert_eq!(c.get("os_region_name").unwrap(), "one");
    // By the environment, and by a default that gives way.
    let file = home.put("r.yaml", text);
    let loading = home.config().var("OS_CLIENT_CONFIG_FILE", &file).var("OS_CLOUD", "c");
    let c = loading.var("OS_REGION_NAME", "two").env().unwrap();
    assert_eq!((c.get("os_region_name").unwrap(), c.get("os_project_name").unwrap()), ("two", "q"));
    let mut c = home.one(CLOUD);
    c.set("os_region_name", Some("elsewhere")).unwrap();
    assert_eq!(v3(&c).endpoint.region.as_deref(), Some("elsewhere"));
    let c = home.one("clouds: {c: {region_name: 'a,b'}}");
    assert!(c.with_cloud().unwrap_err().message().contains("several regions: a, b"));
}

#[test]
fn a_cloud_that_is_set_is_read_when_it_is_needed() {
    let home = Home::new();
    let file = home.put("clouds.yaml", CLOUD);
    let mut c = Config::new();
    c.set("os_client_config_file", Some(&file)).unwrap();
    c.set("os_cloud", Some("c")).unwrap();
    assert_eq!(c.get("os_username").unwrap(), "");
    assert_eq!(c.with_cloud().unwrap().get("os_username").unwrap(), "me");
    let v = v3(&c);
    assert!(matches!(v.method, V3Method::User { user: User::Name(name, _), .. } if name == "me"));
    c.set("os_cloud", Some("d")).unwrap();
    assert!(c.with_cloud().unwrap_err().message().contains("there is no cloud \"d\"; it has c"));
    // Another cloud than the one that was read does not keep its values.
    c.load_cloud(Some("c"), Some(&file)).unwrap();
    assert_eq!(c.get("os_username").unwrap(), "me");
    c.set("os_cloud", Some("d")).unwrap();
    assert_eq!(c.get("os_username").unwrap(), "");
    // The only one needs no name.
    let c = home.config().cloud("", Some(&file)).unwrap();
    assert_eq!(c.get("os_username").unwrap(), "me");
    let two = home.put("two.yaml", "clouds: {a: {}, b: {}}");
    let e = home.config().cloud("", Some(&two)).unwrap_err();
    assert!(e.message().contains("which cloud is meant? It has a, b"), "{e}");
}

#[test]
fn what_makes_no_sense_is_named_and_nothing_changes() {
    let home = Home::new();
    for (text, says) in [
        ("clouds: {d: {}}", "there is no cloud \"c\"; it has d"),
        ("", "there is no cloud \"c\"; it has none"),
        ("clouds: [c]", "clouds is a list, not a map of clouds"),
        ("clouds: {c: [1]}", "cloud \"c\" is a list, not a map"),
        ("- clouds", "it holds a list, not a map"),
        ("clouds: {c: {auth: geheim}}", "auth is text, not a map"),
        ("clouds: {c: {auth: {password: [geheim]}}}", "password is a list, not text"),
        ("clouds: {c: {auth: {auth_url: nonsense}}}", "auth.auth_url: \"nonsense\" is not a URL"),
        ("clouds: {c: {auth: {auth_url: 'http://{no}/'}}}", "{no} stands for nothing"),
        ("clouds: {c: {verify: maybe}}", "verify: \"maybe\" is neither true nor false"),
        ("clouds: {c: {interface: secret}}", "interface: \"secret\" is not public, internal or admin"),
        ("clouds: {c: {identity_api_version: 4}}", "identity_api_version: \"4\" is not 1, 2 or 3"),
        ("clouds: {c: {auth: {token: \"geheim\\n\"}}}", "auth.token: the value is not text without control"),
        ("clouds: {c: {regions: {a: b}}}", "regions is a map, not a list"),
        ("clouds: {c: {auth_methods: [v3smell]}}", "auth_methods: \"v3smell\" is not a list of some"),
        ("clouds: {c: {auth: {password: 'geheim}}}", "line 1, column"),
        ("clouds: {c: {auth_type: admin_token}}", "admin_token needs an endpoint"),
    ] {
        let m = home.refused(text);
        assert!(m.contains(says) && m.contains("HOME/clouds.yaml"), "{text}: {m}");
    }
    // A type that nobody supports is said when it is to be used.
    let c = home.one("clouds: {c: {auth_type: v3oidcpassword, auth: {auth_url: http://h}}}");
    let e = AuthPlan::from_config(&c).unwrap_err();
    assert!(e.kind() == Kind::Unsupported && e.message().contains("v3oidcpassword"), "{e}");
    let mut c = home.one(CLOUD);
    assert!(c.load_cloud(Some("none"), Some(home.0.join("clouds.yaml").to_str().unwrap())).is_err());
    assert_eq!((c.get("os_cloud").unwrap(), c.get("os_username").unwrap()), ("c", "me"));
    let long = home.put("long.yaml", &"# \n".repeat(400_000));
    let e = home.config().cloud("c", Some(&long)).unwrap_err();
    assert!(e.message().contains("longer than 1048576 bytes"), "{e}");
    #[cfg(unix)]
    {
        let e = home.config().cloud("c", Some("/dev/zero")).unwrap_err();
        assert!(e.message().contains("it is no file"), "{e}");
    }
    let bytes = home.0.join("bytes.yaml");
    std::fs::write(&bytes, [0xff, 0xfe]).unwrap();
    assert_eq!(home.config().cloud("c", bytes.to_str()).unwrap_err().kind(), Kind::InvalidUtf8);
}
