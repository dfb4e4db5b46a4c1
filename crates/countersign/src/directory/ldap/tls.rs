//! Which servers are believed to be who they say: those of a private authority, or those the operating system trusts.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;

/// The TLS settings. With a private authority, it is the only one.
pub(super) fn config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, String> {
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(crypto).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| error.to_string())?;
    let config = match ca_file {
        Some(path) => builder.with_root_certificates(authorities(path)?),
        None => builder.with_platform_verifier().map_err(|error| error.to_string())?,
    };
    Ok(Arc::new(config.with_no_client_auth()))
}

fn authorities(path: &Path) -> Result<RootCertStore, String> {
    let unusable = |detail: String| {
        format!(
            "{}: {detail}; it must be the certificate of the authority that signed the servers', as PEM",
            path.display()
        )
    };
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(path).map_err(|error| unusable(error.to_string()))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
        roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
    }
    if roots.is_empty() { Err(unusable("no certificate in it".to_owned())) } else { Ok(roots) }
}
