//! `countersign account enrolment-code`

use std::process::ExitCode;

use serde_json::json;

use super::Failure;
use super::account::One;
use super::output::{self, moment};
use super::speech::Environment;
use crate::flow::enrolment_code;

/// Issues a code and shows it, once.
pub(super) async fn run(one: One, environment: &Environment) -> Result<ExitCode, Failure> {
    let (app, row) = one.open(environment).await?;
    let issued = enrolment_code::issue(&app, &row).await?;
    let code = issued.code.expose();
    if one.json {
        let One { realm, identifier, .. } = &one;
        output::json(&json!({
            "realm": realm,
            "identifier": identifier,
            "enrolment_code": code,
            "expires_at": issued.expires_at,
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    println!("{code}");
    let tx = environment.texts();
    println!("{}", tx.t1("command-enrolment-code-until", "until", moment(issued.expires_at)));
    println!("{}", tx.t("command-enrolment-code-whom"));
    Ok(ExitCode::SUCCESS)
}
