//! The style sheet, scripts and pictures of the pages, inside the binary.
//!
//! Each file's address holds the first eight digits of its SHA-256, so a browser may keep it for ever and a new release
//! is seen at once. Nothing is ever loaded from another host.

use std::borrow::Cow;

use rust_embed::{EmbeddedFile, RustEmbed};

/// Where the files are served.
pub const PREFIX: &str = "/static/";

/// The files under `static/`.
#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// The static files, by name.
pub struct Assets;

/// One file, ready to be sent.
pub struct Asset {
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// The content.
    pub bytes: Cow<'static, [u8]>,
    /// Whether the address named exactly this content.
    pub freshness: Freshness,
}

/// How long a browser may keep a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// The address names this content: it never changes (`Cache-Control: public, max-age=31536000, immutable`).
    Forever,
    /// The address was made by another release (two nodes, one not yet upgraded): useful now, not to be kept
    /// (`Cache-Control: no-store`).
    Once,
}

impl Assets {
    /// The address of a file. A name that does not exist gives an address that answers 404.
    pub fn url(name: &str) -> String {
        let digest = Files::get(name).map_or_else(|| "missing".to_owned(), |file| digest(&file));
        format!("{PREFIX}{digest}/{name}")
    }

    /// The file at an address that begins with [`PREFIX`] (or at what follows it).
    pub fn lookup(path: &str) -> Option<Asset> {
        let (asked, name) = path.strip_prefix(PREFIX).unwrap_or(path).split_once('/')?;
        let file = Files::get(name)?;
        let freshness = if digest(&file) == asked { Freshness::Forever } else { Freshness::Once };
        Some(Asset { content_type: content_type(name)?, bytes: file.data, freshness })
    }
}

fn digest(file: &EmbeddedFile) -> String {
    let mut hex = data_encoding::HEXLOWER.encode(&file.metadata.sha256_hash());
    hex.truncate(8);
    hex
}

/// A closed list: a file of a kind that is not here is not served at all.
fn content_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {

    use super::{Assets, Files, Freshness};

    #[test]
    fn every_file_is_found_at_its_own_address() {
        for name in Files::iter() {
            let asset = Assets::lookup(&Assets::url(&name)).unwrap();
            assert_eq!(asset.freshness, Freshness::Forever, "{name}");
            assert!(!asset.bytes.is_empty(), "{name}");
        }
    }

    #[test]
    fn an_address_of_another_release_is_served_but_not_kept() {
        let asset = Assets::lookup("/static/00000000/page.css").unwrap();
        assert_eq!(asset.freshness, Freshness::Once);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        assert!(Assets::lookup(&Assets::url("absent.css")).is_none());
        assert!(Assets::lookup("/static/00000000/../Cargo.toml").is_none());
        assert!(Assets::lookup("page.css").is_none());
    }
}
