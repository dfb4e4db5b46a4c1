//! What a browser meets: pages, forms and the files they load.
pub mod assets;
pub mod views;
