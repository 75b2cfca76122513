//! TLS settings: whom to trust, and how to show who we are. Made once, at the first https connection, so that
//! sessions are resumed across all threads.

use std::path::Path;
use std::sync::Arc;

use once_cell::sync::OnceCell;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::fault;
use super::wire::{Wire, WireIo};
use crate::core::config::Options;
use crate::core::error::{Error, Kind, Result};

/// The TLS settings of a client.
#[derive(Debug)]
pub(super) struct Tls {
    insecure: bool,
    cacert: Option<std::path::PathBuf>,
    cert: Option<std::path::PathBuf>,
    cert_key: Option<std::path::PathBuf>,
    config: OnceCell<Arc<ClientConfig>>,
    /// The same for proxies, to which we do not say who we are.
    for_proxies: OnceCell<Arc<ClientConfig>>,
}

impl Tls {
    pub fn new(options: &Options) -> Tls {
        Tls {
            insecure: options.insecure,
            cacert: options.cacert.clone(),
            cert: options.cert.clone(),
            cert_key: options.cert_key.clone(),
            config: OnceCell::new(),
            for_proxies: OnceCell::new(),
        }
    }

    /// Does the handshake on a fresh connection to `host`, which may be a proxy.
    pub fn handshake(&self, wire: &Wire, host: &str, proxy: bool) -> Result<Box<ClientConnection>> {
        let config = match proxy {
            false => self.config.get_or_try_init(|| self.build(self.cert.as_deref()).map(Arc::new))?,
            true => self.for_proxies.get_or_try_init(|| self.build(None).map(Arc::new))?,
        };
        let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(bare)
            .map_err(|_| Error::invalid(format!("{host:?} is neither a host name nor an address")))?;
        let mut conn =
            ClientConnection::new(config.clone(), name).map_err(|e| fault::from_rustls(&e, &wire.peer))?;
        while conn.is_handshaking() {
            conn.complete_io(&mut WireIo(wire)).map_err(|e| {
                let closed = e.kind() == std::io::ErrorKind::UnexpectedEof;
                let e = fault::from_io(e, &wire.peer);
                if closed { e.with_kind(Kind::Tls).context("TLS handshake") } else { e }
            })?;
        }
        Ok(Box::new(conn))
    }

    fn build(&self, cert: Option<&Path>) -> Result<ClientConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|e| Error::new(Kind::Tls, format!("TLS cannot be set up: {e}")))?;
        let builder = if self.insecure {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(TrustAnyone(provider)))
        } else {
            builder.with_root_certificates(self.roots()?)
        };
        let config = match cert {
            None => builder.with_no_client_auth(),
            Some(cert) => {
                // One file may hold both.
                let key = self.cert_key.as_deref().unwrap_or(cert);
                let chain = certificates("os_cert", cert)?;
                let secret = PrivateKeyDer::from_pem_file(key)
                    .map_err(|e| unreadable("os_key", key, "private key", &e))?;
                builder.with_client_auth_cert(chain, secret).map_err(|e| {
                    Error::invalid(format!(
                        "the client certificate {} does not go with the key {}: {e}",
                        cert.display(),
                        key.display()
                    ))
                })?
            }
        };
        Ok(config)
    }

    fn roots(&self) -> Result<RootCertStore> {
        let mut roots = RootCertStore::empty();
        let found = match &self.cacert {
            Some(path) => certificates("os_cacert", path)?,
            None => rustls_native_certs::load_native_certs().certs,
        };
        // A system's bundle may hold a certificate that rustls cannot read; the others are good.
        let (good, _) = roots.add_parsable_certificates(found);
        if good == 0 {
            return Err(Error::new(
                Kind::Tls,
                "no certificate authorities found on this system; name a CA file with os_cacert",
            )
            .with_retryable(false));
        }
        Ok(roots)
    }
}

fn certificates(option: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let all: std::result::Result<Vec<_>, _> = match CertificateDer::pem_file_iter(path) {
        Ok(iter) => iter.collect(),
        Err(e) => Err(e),
    };
    match all {
        Ok(certs) if certs.is_empty() => {
            Err(Error::invalid(format!("{option} {} holds no certificate in PEM form", path.display())))
        }
        Ok(certs) => Ok(certs),
        Err(e) => Err(unreadable(option, path, "certificate", &e)),
    }
}

fn unreadable(option: &str, path: &Path, what: &str, e: &rustls::pki_types::pem::Error) -> Error {
    match e {
        rustls::pki_types::pem::Error::Io(e) => Error::io(format_args!("{option} {}", path.display()), e),
        e => Error::invalid(format!("{option} {}: no {what} can be read from it: {e}", path.display())),
    }
}

/// The option `insecure`: any certificate will do; signatures are still checked, so that the peer at least
/// holds the key of the certificate it shows.
#[derive(Debug)]
struct TrustAnyone(Arc<CryptoProvider>);

impl ServerCertVerifier for TrustAnyone {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
