//! Texts of bill lines, each held once in the books under a number.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

use crate::flow::{Names, Symbol};

use super::LedgerError;
use super::bytes::Torn;

/// Finds or gives the number of a text.
pub fn number(connection: &Connection, text: &str) -> Result<u64, LedgerError> {
    let find = "SELECT id FROM texts WHERE text = ?";
    let found = connection.prepare_cached(find)?.query_row([text], |row| row.get(0)).optional()?;
    if let Some(number) = found {
        return Ok(number);
    }
    connection.prepare_cached("INSERT INTO texts (text) VALUES (?)")?.execute([text])?;
    Ok(connection.last_insert_rowid() as u64)
}

/// The texts of the books as symbols of one batch of records.
#[derive(Debug)]
pub struct Reader<'c> {
    connection: &'c Connection,
    known: HashMap<u64, Symbol>,
    pub names: Names,
}

impl<'c> Reader<'c> {
    pub fn new(connection: &'c Connection) -> Reader<'c> {
        Reader { connection, known: HashMap::new(), names: Names::default() }
    }

    pub fn symbol(&mut self, number: u64) -> Result<Symbol, Torn> {
        if let Some(symbol) = self.known.get(&number) {
            return Ok(*symbol);
        }
        let find = "SELECT text FROM texts WHERE id = ?";
        let statement = self.connection.prepare_cached(find);
        let found = statement
            .and_then(|mut find| find.query_row([number], |row| row.get::<_, Box<str>>(0)));
        let symbol = self.names.intern(&found.map_err(|_| Torn)?);
        self.known.insert(number, symbol);
        Ok(symbol)
    }
}
