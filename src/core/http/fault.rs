//! From rustls' and the system's errors to ours.

use std::io;

use crate::core::error::{Error, Kind, plainly};

/// Carries one of our errors through an interface that knows only [`io::Error`].
pub(super) fn into_io(e: Error) -> io::Error {
    io::Error::other(e)
}

/// What went wrong on a connection to `peer`.
pub(super) fn from_io(e: io::Error, peer: &str) -> Error {
    let kind = e.kind();
    if e.get_ref().is_none() {
        let text = match kind {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionAborted => {
                format!("{peer} closed the connection")
            }
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
                format!("{peer} reset the connection")
            }
            _ => format!("connection to {peer}: {}", plainly(&e)),
        };
        return Error::new(Kind::Connect, text);
    }
    let text = e.to_string();
    let Some(inner) = e.into_inner() else { return Error::new(Kind::Connect, text) };
    let inner = match inner.downcast::<Error>() {
        Ok(ours) => return *ours,
        Err(inner) => inner,
    };
    match inner.downcast::<rustls::Error>() {
        Ok(tls) => from_rustls(&tls, peer),
        Err(_) if kind == io::ErrorKind::UnexpectedEof => {
            Error::new(Kind::Connect, format!("{peer} closed the connection"))
        }
        Err(_) => Error::new(Kind::Connect, format!("connection to {peer}: {text}")),
    }
}

/// Whether a TLS failure is about who the peer is, which trying again does not change.
fn is_lasting(e: &rustls::Error) -> bool {
    !matches!(
        e,
        rustls::Error::InvalidMessage(_) | rustls::Error::DecryptError | rustls::Error::PeerMisbehaved(_)
    )
}

/// What rustls reports, with advice.
pub(super) fn from_rustls(e: &rustls::Error, peer: &str) -> Error {
    use rustls::CertificateError as C;
    let text = match e {
        rustls::Error::InvalidCertificate(C::UnknownIssuer) => {
            format!(
                "the certificate of {peer} is not from a trusted authority; name its CA file with os_cacert"
            )
        }
        rustls::Error::InvalidCertificate(C::NotValidForName | C::NotValidForNameContext { .. }) => {
            format!("the certificate of {peer} is not for that host name")
        }
        rustls::Error::InvalidCertificate(C::Expired | C::ExpiredContext { .. }) => {
            format!("the certificate of {peer} has expired")
        }
        rustls::Error::InvalidCertificate(C::NotValidYet | C::NotValidYetContext { .. }) => {
            format!("the certificate of {peer} is not valid yet; is the clock right?")
        }
        rustls::Error::AlertReceived(rustls::AlertDescription::CertificateRequired) => {
            format!("{peer} wants a client certificate; name its files with os_cert and os_key")
        }
        rustls::Error::InvalidMessage(_) => format!("{peer} does not speak TLS on this port: {e}"),
        e => format!("TLS with {peer}: {e}"),
    };
    Error::new(Kind::Tls, text).with_retryable(!is_lasting(e))
}
