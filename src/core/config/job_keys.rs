//! The keys of jobs: what the verbs of the Service API are told, with python-swiftclient's names.

use super::keys::{Key, Scope, key};
use super::kinds::KeyKind::{Bool, Header, Integer, Pairs, Path, Seconds, Size, Text, Url, Word};

const fn flag(
    name: &'static std::ffi::CStr,
    default: &'static std::ffi::CStr,
    doc: &'static std::ffi::CStr,
) -> Key {
    key(name, Bool, doc).or(default).of(Scope::Job)
}

pub(super) const JOB: &[Key] = &[
    flag(
        c"checksum",
        c"true",
        c"Whether the MD5 of whole objects is checked against their ETag, where that is one, and that of static large \
         objects, segment by segment, against their manifest: not for ranges, nor for dynamic large objects unless they are \
         downloaded in parts. Lengths are always checked.",
    ),
    key(
        c"header",
        Pairs,
        c"Headers to send, each as Name:Value on a line of its own; of one name the last counts.",
    )
    .of(Scope::Job)
    // They may hold keys of temporary URLs.
    .secret(),
    key(
        c"meta",
        Pairs,
        c"Metadata to set, each as Name:Value on a line of its own; an empty value removes it from an account or \
         container. That of objects is replaced as a whole by a post, and added to by a copy.",
    )
    .of(Scope::Job)
    .secret(),
    key(c"read_acl", Header, c"post: who may read the container; empty text takes the list away.").of(Scope::Job),
    key(c"write_acl", Header, c"post: who may write to the container; empty text takes the list away.")
        .of(Scope::Job),
    key(c"sync_to", Header, c"post: the container to synchronise with; empty text ends it.").of(Scope::Job),
    key(c"sync_key", Header, c"post: the key for that; empty text takes it away.").of(Scope::Job).secret(),
    key(
        c"prefix",
        Text,
        c"Only names that begin so. A delete of a container keeps the container then; of named objects others are \
         left alone.",
    )
    .of(Scope::Job),
    key(c"delimiter", Text, c"list: what names share up to here is shown once, as a pseudo-directory.")
        .of(Scope::Job),
    key(c"marker", Text, c"list, download: only names after this one.").of(Scope::Job),
    key(c"version_marker", Text, c"list: with versions, and of the name that marker says, only versions after this one.")
        .of(Scope::Job),
    key(c"version_id", Text, c"The version of the objects that is meant, instead of the latest.").of(Scope::Job),
    flag(c"versions", c"false", c"Whether a list shows, and a delete of a container deletes, every version."),
    flag(c"long", c"false", c"list of the account: whether each container is asked for its headers too."),
    flag(c"human", c"false", c"stat: whether large numbers are rounded and shown with K, M, G and so on."),
    key(c"verbose", Integer { min: 0, max: 9 }, c"stat: from 2 on URL and token are among the items.")
        .or(c"1")
        .of(Scope::Job),
    flag(c"yes_all", c"false", c"Whether a download or delete that names no container means the whole account."),
    key(
        c"out_file",
        Path,
        c"download: file for one object. `-` gives the open response with the result instead, for any number of named \
         objects.",
    )
    .of(Scope::Job),
    key(c"out_directory", Path, c"download: directory for the objects, each below it by its name.").of(Scope::Job),
    flag(c"remove_prefix", c"false", c"download: whether the prefix is taken off the names of files."),
    key(
        c"part_size",
        Size { min: 0, max: 1 << 43 },
        c"download: what is at least twice as long comes to its file in parts of about this many bytes, several at once: \
         large objects by their segments, static and dynamic ones, and what is larger by ranges. 0 is never.",
    )
    .or(c"67108864")
    .of(Scope::Job),
    flag(
        c"resume",
        c"false",
        c"download: whether a file that comes in parts is kept beside its target when the download fails or the program \
         ends, under a name with a dot in front, so that the same download goes on with the parts there are.",
    ),
    flag(c"no_download", c"false", c"download: whether objects are read and checked, but written nowhere."),
    flag(c"shuffle", c"false", c"download: whether the objects of a page come in random order."),
    flag(c"ignore_mtime", c"false", c"download: whether files keep the time they are written at."),
    flag(
        c"skip_identical",
        c"false",
        c"download, upload: whether what has the same content on both sides is left alone; the result of a download \
         has the status of HTTP 304 then.",
    ),
    flag(
        c"changed",
        c"false",
        c"upload: whether a file is left alone when the object has its size and was uploaded when the file had its \
         present time.",
    ),
    flag(c"skip_container_put", c"false", c"upload: whether containers are taken to be there, and not made."),
    flag(c"dir_marker", c"false", c"upload: whether an object made of nothing is the marker of a directory."),
    key(
        c"use_slo",
        Word(&["auto", "true", "false"]),
        c"upload: whether segments become a static large object (true) or a dynamic one (false); auto is static where \
         the cluster has them.",
    )
    .or(c"auto")
    .of(Scope::Job),
    flag(
        c"clean_segments",
        c"false",
        c"upload, copy: whether the segments that were stored for an object that failed are deleted; else the same upload \
         or copy goes on with them.",
    ),
    flag(
        c"fail_fast",
        c"false",
        c"Whether after the first failure nothing more of the job is started; what is left fails as cancelled.",
    ),
    flag(
        c"leave_segments",
        c"false",
        c"Whether segments stay: those of large objects that are deleted or replaced by an upload or by a copy in segments, \
         and those of an object that a writer could not finish or that was given up.",
    ),
    key(
        c"segment_size",
        Size { min: 0, max: 1 << 43 },
        c"Size in bytes, or with K, M or G: what is larger is uploaded in segments of that size, by a writer too; 0 is never.",
    )
    .or(c"0")
    .of(Scope::Job),
    key(
        c"segment_container",
        Text,
        c"Container of the segments, made when it is missing; when empty that of the object with _segments behind \
         its name.",
    )
    .of(Scope::Job),
    key(
        c"buffer_size",
        Size { min: 65_536, max: 1 << 36 },
        c"How many bytes a writer, or the upload of a stream, keeps in memory so that they can be sent again.",
    )
    .or(c"16777216")
    .of(Scope::Job),
    flag(
        c"bulk",
        c"true",
        c"delete: whether many objects go with one request, where the cluster offers it and no segment would be \
         left behind; false looks at every object, and so finds dynamic manifests that have bytes of their own too.",
    ),
    key(
        c"destination",
        Text,
        c"copy: where to, as /container or /container/object; when empty objects are copied onto themselves.",
    )
    .of(Scope::Job),
    flag(c"fresh_metadata", c"false", c"copy: whether the metadata of the source is left behind."),
    key(
        c"url",
        Url,
        c"capabilities: of which cluster, by its storage URL or that of its /info; when empty that of the account.",
    )
    .of(Scope::Job),
    flag(c"refresh_cache", c"false", c"capabilities: whether to ask again what is known already."),
    key(
        c"progress_interval",
        Seconds,
        c"How often a result with the action `progress` tells how far the job is, in seconds or with a suffix; 0 is never.",
    )
    .or(c"0")
    .of(Scope::Job),
];
