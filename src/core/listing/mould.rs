//! The mould of a row: the last one with its values left out. Rows that fit into it are known at a glance, many bytes at
//! once, as mostly all values but the name are as long as they were, and that often too.

use super::entry::{Is, Value};
use super::scanner::{MAX_ROW, number_of, plain_number};
use super::shape::{Kind, Shape};
use crate::sys::scan::{Registers, Windows};

/// How many bytes are compared at once.
pub(super) const BLOCK: usize = 32;

/// Longer rows have no mould.
const MOST_BYTES: usize = 4096;

/// Rows are taken as many at a time as this has room for; two times that fits into the cache next to the processor.
const AT_ONCE: usize = 8192;

/// What so many bytes must be. Bytes are 0 or 255 in all but the first.
#[derive(Clone, Debug)]
#[repr(align(32))]
struct Block {
    signs: [u8; BLOCK],
    /// Which must be those.
    fixed: [u8; BLOCK],
    /// Which must be plain ASCII of JSON.
    plain: [u8; BLOCK],
    /// Which are the same in a row that is taken; the others are the NULs behind values.
    kept: [u8; BLOCK],
}

impl Block {
    const ANY: Block = Block { signs: [0; BLOCK], fixed: [0; BLOCK], plain: [0; BLOCK], kept: [255; BLOCK] };

    /// Marks which bytes are not what they must be; the processor does all at once.
    #[inline(always)]
    fn look(&self, bytes: &[u8; BLOCK], wrong: &mut [u8; BLOCK]) {
        for i in 0..BLOCK {
            let b = bytes[i];
            // As numbers with a sign, bytes beyond ASCII are below all others.
            let stops = (b == b'"') | (b == b'\\') | ((b as i8) < b' ' as i8);
            let stops = if stops { 255 } else { 0 };
            wrong[i] |= ((b ^ self.signs[i]) & self.fixed[i]) | (stops & self.plain[i]);
        }
    }
}

/// A part of a row that has always the same length, and the value behind it, the length of which differs.
#[derive(Clone, Debug)]
struct Piece {
    blocks: Vec<Block>,
    length: usize,
    /// The values in it: which they are, and where they lie.
    texts: Vec<(usize, usize, usize)>,
    numbers: Vec<(usize, usize, usize)>,
    next: Option<usize>,
}

impl Piece {
    const EMPTY: Piece =
        Piece { blocks: Vec::new(), length: 0, texts: Vec::new(), numbers: Vec::new(), next: None };

    fn push(&mut self, to: impl Fn(&mut Block, usize)) {
        let at = self.length % BLOCK;
        if at == 0 {
            self.blocks.push(Block::ANY);
        }
        self.length += 1;
        if let Some(block) = self.blocks.last_mut() {
            to(block, at);
        }
    }

    fn push_signs(&mut self, signs: &[u8]) {
        for sign in signs {
            self.push(|block, i| (block.signs[i], block.fixed[i]) = (*sign, 255));
        }
    }

    fn push_value(&mut self, number: usize, length: usize, kind: Kind) {
        let all = if kind == Kind::Number { &mut self.numbers } else { &mut self.texts };
        all.push((number, self.length, length));
        for _ in 0..length {
            // Digits are looked at when numbers are made of them.
            self.push(|block, i| block.plain[i] = if kind == Kind::Text { 255 } else { 0 });
        }
    }

    /// As many bytes of a page from `at` on as there are in the blocks.
    #[inline(always)]
    fn bytes<'a>(&self, page: &'a [u8], at: usize) -> Option<&'a [[u8; BLOCK]]> {
        Some(page.get(at..)?.get(..self.blocks.len() * BLOCK)?.as_chunks().0)
    }

    /// Whether they are what they must be.
    #[inline(always)]
    fn fits(&self, bytes: &[[u8; BLOCK]]) -> bool {
        let mut wrong = [0; BLOCK];
        for (bytes, block) in bytes.iter().zip(&self.blocks) {
            block.look(bytes, &mut wrong);
        }
        wrong == [0; BLOCK]
    }

    /// The same, and copies them, with a NUL behind every value.
    #[inline(always)]
    fn fits_into(&self, bytes: &[[u8; BLOCK]], text: &mut [[u8; BLOCK]]) -> bool {
        let mut wrong = [0; BLOCK];
        for ((bytes, to), block) in bytes.iter().zip(text).zip(&self.blocks) {
            block.look(bytes, &mut wrong);
            // Made before it is stored: what is stored could be the next block otherwise, for all the compiler knows.
            let mut kept = [0; BLOCK];
            for i in 0..BLOCK {
                kept[i] = bytes[i] & block.kept[i];
            }
            *to = kept;
        }
        wrong == [0; BLOCK]
    }

    /// Whether the numbers are some, in a row at `at` of a page.
    #[inline(always)]
    fn has_numbers(&self, page: &[u8], at: usize) -> bool {
        for (_, offset, length) in &self.numbers {
            if number_of(page, at + offset, *length).is_none() {
                return false;
            }
        }
        true
    }
}

/// The mould of the rows of a shape.
#[derive(Clone, Debug)]
pub(super) struct Mould {
    pieces: Vec<Piece>,
    /// The values of the row it was made of.
    values: Vec<Value>,
    /// Those of them that differ in length from row to row.
    varying: Vec<bool>,
    /// Which one is the name.
    name: usize,
    /// How much of it is what lies between it and the row before.
    lead: usize,
    length: usize,
}

impl Mould {
    /// The mould of rows that are like this one, in which these values were found, with what lies between it and the row
    /// before; `last` was the one before. Nothing where that is as good.
    pub fn new(
        last: Option<&Mould>,
        shape: &Shape,
        values: &[Value],
        row: &[u8],
        lead: usize,
    ) -> Option<Mould> {
        if row.len() > MOST_BYTES {
            return None;
        }
        let mut varying = vec![false; values.len()];
        if let Some(last) = last {
            let differs = |a: &Value, b: &Value| a.end - a.start != b.end - b.start;
            let pairs = last.values.iter().zip(values).zip(&last.varying);
            varying = pairs.map(|((a, b), before)| *before || differs(a, b)).collect();
            if varying == last.varying && lead == last.lead {
                return None;
            }
        }
        let mut values = values.to_vec();
        for v in &mut values {
            (v.start, v.end) = (v.start + lead as u32, v.end + lead as u32);
        }
        let mut mould =
            Mould { pieces: Vec::new(), values, varying, name: shape.name?, lead, length: row.len() };
        mould.fill(shape, row);
        Some(mould)
    }

    fn fill(&mut self, shape: &Shape, row: &[u8]) {
        let (mut piece, mut at) = (Piece::EMPTY, 0);
        let values = self.values.iter().zip(&self.varying).zip(shape.signs());
        for (i, ((v, varying), (_, kind))) in values.enumerate() {
            let (start, end) = (v.start as usize, v.end as usize);
            piece.push_signs(row.get(at..start).unwrap_or_default());
            if *varying {
                piece.next = Some(i);
                self.pieces.push(std::mem::replace(&mut piece, Piece::EMPTY));
            } else {
                piece.push_value(i, end - start, *kind);
            }
            at = end;
        }
        piece.push_signs(row.get(at..).unwrap_or_default());
        self.pieces.push(piece);
        if let [whole] = self.pieces.as_mut_slice() {
            for v in &self.values {
                let end = v.end as usize;
                if let Some(block) = whole.blocks.get_mut(end / BLOCK) {
                    block.kept[end % BLOCK] = 0;
                }
            }
        }
    }

    /// Whether some values differ in length.
    pub fn varies(&self) -> bool {
        self.pieces.len() > 1
    }

    /// Whether what follows at `at` of a page is as long as the mould and fits into it.
    #[inline(always)]
    pub fn fits(&self, page: &[u8], at: usize) -> bool {
        let [piece] = self.pieces.as_slice() else { return false };
        piece.bytes(page, at).is_some_and(|bytes| piece.fits(bytes)) && piece.has_numbers(page, at)
    }

    /// Copies the text of such rows, as many as follow each other at `at` of a page and there is room for, with a NUL
    /// behind every value; how many.
    #[inline(always)]
    pub fn fill_with_rows(&self, page: &[u8], mut at: usize, room: &mut [u8]) -> usize {
        let [piece] = self.pieces.as_slice() else { return 0 };
        let room = room.as_chunks_mut::<BLOCK>().0;
        let mut count = 0;
        for text in room.chunks_exact_mut(piece.blocks.len().max(1)) {
            let Some(bytes) = piece.bytes(page, at) else { break };
            if !piece.fits_into(bytes, text) || !piece.has_numbers(page, at) {
                break;
            }
            at += self.length;
            count += 1;
        }
        count
    }

    /// How long such a row is.
    #[inline(always)]
    pub fn length(&self) -> usize {
        self.length
    }

    /// How much of that comes before the row.
    #[inline(always)]
    pub fn lead(&self) -> usize {
        self.lead
    }

    /// How far the texts of such rows lie apart.
    pub fn stride(&self) -> usize {
        self.length.next_multiple_of(BLOCK)
    }

    /// How much room is to be filled with them at once.
    pub fn room(&self) -> usize {
        (AT_ONCE / self.stride()).max(1) * self.stride()
    }

    /// The values that all of them have, but for the numbers.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Finds the values of the row that follows at `at` of a page, if it fits but for the length of some; where it ends.
    #[inline(always)]
    pub fn row<R: Registers>(
        &self,
        registers: R,
        page: &[u8],
        mut at: usize,
        values: &mut Vec<Value>,
    ) -> Option<usize> {
        let windows = Windows::new(registers, page).filter(|_| self.varies())?;
        if values.len() != self.values.len() {
            values.clone_from(&self.values);
        }
        let row = at + self.lead;
        for piece in &self.pieces {
            if !piece.fits(piece.bytes(page, at)?) {
                return None;
            }
            let lies = |offset: usize, length: usize, is: Is, number: u64| {
                let start = at + offset - row;
                let after = page.get(at + offset + length).copied().unwrap_or_default();
                Value { start: start as u32, end: (start + length) as u32, number, is, after }
            };
            for (i, offset, length) in &piece.texts {
                *values.get_mut(*i)? = lies(*offset, *length, Is::Text, 0);
            }
            for (i, offset, length) in &piece.numbers {
                let number = number_of(page, at + offset, *length)?;
                *values.get_mut(*i)? = lies(*offset, *length, Is::Number, number);
            }
            at += piece.length;
            let Some(i) = piece.next else { break };
            let value = values.get_mut(i)?;
            let start = at;
            (value.is, value.number) = match self.values.get(i)?.is {
                Is::Number => {
                    let (number, end) = plain_number(page, at)?;
                    at = end;
                    (Is::Number, number)
                }
                _ => {
                    at = windows.plain_until(at)?;
                    (Is::Text, 0)
                }
            };
            (value.start, value.end) = ((start - row) as u32, (at - row) as u32);
            value.after = page.get(at).copied()?;
            if i == self.name && start == at {
                return None;
            }
        }
        (at - row <= MAX_ROW).then_some(at)
    }
}
