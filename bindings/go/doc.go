// Package swiftclient is a client for OpenStack Object Storage (Swift): libswiftclient for Go, by cgo.
//
// There are two ways to use it. A [Connection] has one method for each operation of the REST API, which returns when the
// answer is there. A [Service] does jobs of many objects on threads of the library, whose results are read one by one.
//
//	connection, err := swiftclient.Connect() // ST_AUTH, ST_USER, ST_KEY, or the OS_* variables of an openrc file
//	if err != nil { … }
//	_, err = connection.PutObject(ctx, "photos", "cat.jpg", swiftclient.FromFile("cat.jpg"))
//	if err != nil { … }
//	response, err := connection.GetObject(ctx, "photos", "cat.jpg")
//	if err != nil { … }
//	defer response.Close()
//	_, err = io.Copy(w, response)
//
// # Errors
//
// A failure of the library is an [*Error], which has the HTTP status, the transaction id, the headers and what else
// there is to know. Its [Status] is what programs branch on, with [errors.Is]: [ErrNotFound], [ErrConflict] and so on;
// some are also what the standard library has for the same, such as [io/fs.ErrNotExist]. When a context ended a call, its
// error is [context.Canceled] or [context.DeadlineExceeded], and has the cause of the context. When a reader of the
// caller's failed, it is the error of that reader.
//
// # Retries
//
// A request that fails for a reason that may pass is made again, whatever its method, as the keys "retries",
// "starting_backoff" and "max_backoff" say: see [Config] and [Retries].
//
// # Goroutines
//
// Everything may be used by several goroutines at once; those that read or write one thing take turns. While a call
// waits for the server it holds a thread of the system; jobs of a service are waited for without one.
//
// Readers and callbacks of a call run in the goroutine that makes it, and their panics go on there. They must not use
// what the call itself is about, such as the [Response] that is being read, and must not end the goroutine by
// [runtime.Goexit], as [testing.T.Fatal] does. Those of jobs, and log messages, come on threads of the library.
//
// # Closing
//
// What holds a socket is to be closed: a [Response] with a body, a [Reader], a [Writer], a [Listing]. Close may be called
// more than once and while another goroutine is in a call, which it ends. Afterwards calls are [ErrClosed]. What is
// forgotten the garbage collector finds in the end.
package swiftclient
