//! `/static/…`: style, scripts and pictures, named by their content, so that a browser may keep them forever.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use crate::web::assets::{Assets, Freshness};
use crate::web::error::Fault;

/// One file.
pub(in crate::web) async fn show(Path(path): Path<String>) -> Result<Response, Fault> {
    let asset = Assets::lookup(&path).ok_or(Fault::NotFound)?;
    let cache = match asset.freshness {
        Freshness::Forever => "public, max-age=31536000, immutable",
        Freshness::Once => "no-store",
    };
    let headers = [(header::CONTENT_TYPE, asset.content_type), (header::CACHE_CONTROL, cache)];
    Ok((headers, asset.bytes.into_owned()).into_response())
}
