//! Migrations, texts and static files are embedded by macros, and cargo does not see which files a macro reads: a new
//! language would wait for the next change of the code.
fn main() {
    for folder in ["locales", "migrations", "static"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
