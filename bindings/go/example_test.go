package swiftclient_test

// Programs to copy, which go doc shows and the tests run.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"

	"swiftclient"
)

func Example() {
	ctx := context.Background()
	connection, err := swiftclient.Connect()
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	if _, err = connection.PutContainer(ctx, "notes"); err != nil {
		log.Fatal(err)
	}
	note := swiftclient.FromString("Bought milk.")
	if _, err = connection.PutObject(ctx, "notes", "today.txt", note, swiftclient.ContentType("text/plain")); err != nil {
		log.Fatal(err)
	}
	response, err := connection.GetObject(ctx, "notes", "today.txt")
	if err != nil {
		log.Fatal(err)
	}
	defer response.Close()
	if _, err := io.Copy(os.Stdout, response); err != nil {
		log.Fatal(err)
	}
	// Output: Bought milk.
}

func ExampleError() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	connection, err := swiftclient.Connect()
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	_, err = connection.HeadObject(ctx, "no-such-container", "o")
	if errors.Is(err, swiftclient.ErrNotFound) {
		fmt.Println("it is not there")
	}
	var failure *swiftclient.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.HTTPStatus, failure.Reason, failure.TransactionID != "")
	}
	// Output:
	// it is not there
	// 404 Not Found true
}

func ExampleConnection_ListContainer() {
	ctx := context.Background()
	connection, err := swiftclient.Connect()
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	connection.PutContainer(ctx, "example-list")
	for _, name := range []string{"2025/a", "2026/b", "2026/c"} {
		connection.PutObject(ctx, "example-list", name, nil)
	}
	listing, err := connection.ListContainer(ctx, "example-list", swiftclient.Prefix("2026/"))
	if err != nil {
		log.Fatal(err)
	}
	defer listing.Close()
	for listing.Next() {
		fmt.Println(listing.Entry().Name)
	}
	if err := listing.Err(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// 2026/b
	// 2026/c
}

func ExampleConnection_CreateObject() {
	ctx := context.Background()
	connection, err := swiftclient.Connect()
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	connection.PutContainer(ctx, "example-writer")
	write := func() error {
		// Beyond 1 MiB it becomes a large object, of segments.
		w, err := connection.CreateObject(ctx, "example-writer", "log", swiftclient.Settings{"segment_size": 1 << 20})
		if err != nil {
			return err
		}
		defer w.Abort() // does nothing after Close
		for i := 0; i < 3; i++ {
			if _, err := fmt.Fprintln(w, "line", i); err != nil {
				return err
			}
		}
		return w.Close()
	}
	if err := write(); err != nil {
		log.Fatal(err)
	}
	reader, err := connection.OpenObject(ctx, "example-writer", "log")
	if err != nil {
		log.Fatal(err)
	}
	defer reader.Close()
	reader.Seek(-7, io.SeekEnd)
	io.Copy(os.Stdout, reader)
	// Output: line 2
}

func ExampleService() {
	ctx := context.Background()
	connection, err := swiftclient.Connect()
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	service, err := swiftclient.NewService(connection, swiftclient.Settings{"object_uu_threads": 4})
	if err != nil {
		log.Fatal(err)
	}
	defer service.Close()
	objects := swiftclient.NewObjects().
		AddSource("a", swiftclient.FromString("first"), nil).
		AddSource("b", swiftclient.FromReader(strings.NewReader("second"), -1), swiftclient.Settings{
			"meta": []string{"Color: blue"},
		})
	job, err := service.Upload(ctx, "example-service", objects, nil)
	if err != nil {
		log.Fatal(err)
	}
	uploaded := 0
	for result := range job.Results() {
		if result.Err != nil {
			log.Fatal(result.Err)
		}
		if result.Action == "upload_object" {
			uploaded++
		}
	}
	fmt.Println("uploaded:", uploaded)
	// Output: uploaded: 2
}

func ExampleConfig_SetAuth() {
	config := swiftclient.NewConfig()
	config.SetAuth(func(reason swiftclient.AuthReason, before swiftclient.Session) (swiftclient.Session, error) {
		// Whatever hands out tokens where you are.
		return swiftclient.Session{
			StorageURL: "https://swift.example.com/v1/AUTH_me", Token: "…", Expires: time.Now().Add(time.Hour),
		}, nil
	})
	_, err := swiftclient.NewConnection(config)
	fmt.Println(err)
	// Output: <nil>
}

func ExampleTempURL() {
	url, err := swiftclient.TempURL{
		Path: "https://swift.example.com/v1/AUTH_me/photos/cat.jpg", Expires: time.Unix(2000000000, 0), Key: "secret",
	}.Generate()
	fmt.Println(strings.SplitN(url, "?", 2)[0], err)
	// Output: https://swift.example.com/v1/AUTH_me/photos/cat.jpg <nil>
}
