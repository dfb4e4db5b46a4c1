//! The migrations are embedded by a macro, and cargo does not see which files a macro reads.
fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
