//! The two schemas are one: the same tables, columns, nullability and indexes.

use std::collections::BTreeSet;

use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::databases::{Database, Kind};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_have_the_same_tables_columns_and_indexes() {
    let sqlite = Database::fresh(Kind::Sqlite).await;
    let postgres = Database::fresh(Kind::Postgres).await;
    sqlite.open().await.close().await;
    postgres.open().await.close().await;
    let mut sqlite = SqliteConnection::connect(sqlite.url()).await.unwrap();
    let mut postgres_conn = PgConnection::connect(postgres.url()).await.unwrap();

    let in_sqlite: Vec<(String, String, bool)> = sqlx::query_as(
        r#"select t.name, c.name, c."notnull" = 0
             from sqlite_schema t join pragma_table_info(t.name) c
            where t.type = 'table' and t.name not like '\_sqlx%' escape '\'"#,
    )
    .fetch_all(&mut sqlite)
    .await
    .unwrap();
    let in_postgres: Vec<(String, String, bool)> = sqlx::query_as(
        r"select table_name::text, column_name::text, is_nullable = 'YES'
            from information_schema.columns
           where table_schema = 'public' and table_name not like '\_sqlx%'",
    )
    .fetch_all(&mut postgres_conn)
    .await
    .unwrap();
    assert!(in_sqlite.len() > 100, "the tables were found");
    assert_eq!(sorted(in_sqlite), sorted(in_postgres));

    let in_sqlite: Vec<(String,)> =
        sqlx::query_as("select name from sqlite_schema where type = 'index' and sql is not null")
            .fetch_all(&mut sqlite)
            .await
            .unwrap();
    let in_postgres: Vec<(String,)> = sqlx::query_as(
        r"select indexname::text from pg_indexes
           where schemaname = 'public' and indexname not like '%\_pkey' and indexname not like '%\_key'",
    )
    .fetch_all(&mut postgres_conn)
    .await
    .unwrap();
    assert_eq!(sorted(in_sqlite), sorted(in_postgres));
}

fn sorted<T: Ord>(rows: Vec<T>) -> BTreeSet<T> {
    rows.into_iter().collect()
}
